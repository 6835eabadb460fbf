"""Skills: what people are good at and can give to others."""

SKILLS = """
Python: django, flask, fastapi, pandas
JavaScript: js, node.js, nodejs
TypeScript: ts
React: react native, next.js
Vue: vue.js, vuejs
Java: spring boot
Kotlin: jetpack compose
Swift: swiftui
C++: cpp
C#: .net, dotnet
Go: golang
Rust: rust lang
Ruby: ruby on rails, rails
PHP: laravel, symfony
Scala: akka
SQL: postgresql, postgres, mysql, databases
GraphQL: rest apis, api design
Software engineering: software development, programming, coding, software engineer, developer, \
programmer
Web development: web developer, frontend, front end, full stack, html, css
Backend development: backend, back end
Mobile development: ios, android, app development, flutter
Game development: unity, unreal engine, game design
Embedded systems: firmware, microcontrollers
DevOps: kubernetes, docker, terraform, site reliability, ci/cd
Cloud computing: aws, azure, google cloud, gcp
System administration: sysadmin, linux administration
Cyber security: cybersecurity, security engineering, penetration testing, infosec
Data science: data scientist, statistics, r programming
Data engineering: data pipelines, spark, airflow
Data analysis: analytics, excel, tableau, power bi, data analyst
Machine learning: ml, deep learning, pytorch, tensorflow
Artificial intelligence: ai, nlp, natural language processing, computer vision
Blockchain: solidity, smart contracts, web3
Quality assurance: qa, software testing, test automation
Product management: product manager, product owner, roadmapping
Project management: project manager, scrum, agile, pmp
User experience design: ux, ux design, user research, ux designer
User interface design: ui, ui design, figma, product design
Graphic design: graphic designer, photoshop, illustrator, branding
Illustrating: illustrator work, character design
Animation: motion design, after effects, blender, 3d modelling, 3d modeling
Video editing: premiere, final cut, filmmaking, videography
Photo editing: lightroom, retouching
Audio engineering: sound design, mixing, mastering, ableton
Copywriting: copywriter, content writing, content marketing
Technical writing: documentation
Editing: proofreading, copy editing
Journalism: journalist, reporting
Translation: translator, interpreting, interpreter
Teaching: teacher, tutoring, tutor, lecturing
Coaching: life coach, executive coaching
Mentoring people: mentorship
Public speaking: presentations, presenting, toastmasters
Facilitation: workshops, moderating
Community building: community management, organising communities
Event planning: event management, organising events, organizing events
Marketing: marketer, digital marketing, growth, growth marketing
SEO: search engine optimisation, search engine optimization
Social media: social media marketing, instagram marketing, tiktok
Public relations: pr, communications
Sales: salesperson, b2b sales, business development, account management
Customer support: customer success, customer service
Negotiation: negotiating
Leadership: team lead, leading teams, people management, management
Human resources: hr, recruiting, talent acquisition, recruiter
Operations: logistics, supply chain
Finance: financial modelling, corporate finance, cfo
Accounting: bookkeeping, accountant, tax
Fundraising: pitching, venture capital, grant writing
Business strategy: strategy, consulting, consultant, management consulting
Entrepreneurial experience: founder, founded a company, serial entrepreneur
Economics: economist
Law: lawyer, legal, attorney, contract law
Intellectual property: patents
Compliance: gdpr, privacy law, risk management
Research: researcher, scientific research, phd
Mathematics: maths, math, mathematician
Physics knowledge: physicist
Chemistry knowledge: chemist
Life sciences: biologist, biotech, biotechnology, genetics
Medicine: doctor, physician, surgeon
Nursing: nurse, caregiving, carer
Psychotherapy: therapist, counselling, counseling, psychologist
Physiotherapy: physio, massage
Nutrition: dietician, dietitian, nutritionist
First aid: paramedic, lifeguard
Personal training: personal trainer, fitness coach
Yoga teaching: yoga teacher, yoga instructor
Veterinary medicine: vet, veterinarian
Dog training: dog trainer, puppy training
Pet sitting: dog sitting, cat sitting, pet sitter
Childcare: babysitting, nanny
Cooking skills: chef, professional cook
Baking skills: baker, pastry chef
Bartending: bartender, barista
Carpentry: carpenter, joinery, furniture making
Electrical work: electrician, wiring
Plumbing: plumber
Home repair: handyman, renovating, renovation
Gardening skills: gardener, landscaping
Farming: agriculture, permaculture, beekeeping
Bike repair: bicycle mechanic, fixing bikes
Car repair: mechanic, car mechanic
Mechanical engineering: mechanical engineer, cad, solidworks
Electrical engineering: electrical engineer, hardware design, pcb design
Civil engineering: civil engineer, structural engineering
Architectural design: architect, urban planning
Robotics: ros, automation
Renewable energy: solar power, wind energy
Tailoring: fashion design, pattern making
Hairdressing: hairdresser, barber, make up artist
Interior decorating: interior designer, home staging
Professional photography: photographer, portrait photography, wedding photography
Music teaching: music teacher, piano teacher, guitar teacher
Performing music: musician, singer, dj
Acting: actor, actress, voice acting
Dance teaching: dance teacher, choreography
Sign language: asl, bsl
Driving trucks: truck driver
Skippering: sailing licence, skipper
Conflict resolution: mediation, nonviolent communication
Social work: social worker, youth work
Policy: public policy, civil service
"""
