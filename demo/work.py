"""What people of the demo world do for a living: their skills, and how they speak of it."""

from demo.banks import banks

SKILLS: dict[str, tuple[str, ...]] = {
    "backend engineer": ("python", "backend_development", "sql", "devops"),
    "frontend engineer": ("javascript", "typescript", "web_development"),
    "data scientist": ("data_science", "python", "machine_learning"),
    "product designer": ("user_interface_design", "user_experience_design", "illustrating"),
    "product manager": ("product_management", "leadership", "user_experience_design"),
    "nurse": ("nursing", "first_aid", "facilitation"),
    "physiotherapist": ("physiotherapy", "coaching", "first_aid"),
    "doctor": ("medicine", "first_aid", "research"),
    "primary teacher": ("teaching", "childcare", "conflict_resolution"),
    "maths teacher": ("teaching", "mathematics", "mentoring_people"),
    "carpenter": ("carpentry", "home_repair", "project_management"),
    "electrician": ("electrical_work", "renewable_energy", "home_repair"),
    "chef": ("cooking_skills", "leadership", "project_management"),
    "baker": ("baking_skills", "cooking_skills", "entrepreneurial_experience"),
    "gardener": ("gardening_skills", "farming", "teaching"),
    "architect": ("architectural_design", "interior_decorating", "project_management"),
    "civil engineer": ("civil_engineering", "mathematics", "operations"),
    "journalist": ("journalism", "research", "editing"),
    "translator": ("translation", "editing", "copywriting"),
    "librarian": ("research", "teaching", "community_building"),
    "photographer": ("professional_photography", "photo_editing", "marketing"),
    "film editor": ("video_editing", "audio_engineering", "animation"),
    "musician": ("performing_music", "music_teaching", "audio_engineering"),
    "bookkeeper": ("accounting", "finance", "mathematics"),
    "economist": ("economics", "finance", "data_analysis"),
    "lawyer": ("law", "negotiation", "copywriting"),
    "social worker": ("social_work", "conflict_resolution", "negotiation"),
    "psychologist": ("psychotherapy", "research", "facilitation"),
    "marketer": ("marketing", "copywriting", "social_media"),
    "sales lead": ("sales", "negotiation", "public_speaking"),
    "founder": ("entrepreneurial_experience", "fundraising", "leadership", "public_speaking"),
    "researcher": ("research", "data_science", "technical_writing"),
    "veterinary nurse": ("veterinary_medicine", "dog_training", "first_aid"),
    "logistics planner": ("operations", "data_analysis", "negotiation"),
    "event organiser": ("event_planning", "marketing", "negotiation"),
    "student": ("research", "bartending", "facilitation"),
}

SENTENCES: dict[str, tuple[str, ...]] = banks(
    """
# backend engineer
I write the part of the software that nobody sees until it stops.
By day I keep databases calm, which is a fair description of my character too.
I build back ends for a small health company and like it when nothing happens.
# frontend engineer
I make websites that my father can use, which is harder than it sounds.
At work I fight for bigger buttons and fewer pop-ups.
I build interfaces and care far too much about a few pixels.
# data scientist
I teach computers to count things properly for a public transport office.
My job is asking data polite questions and doubting the answers.
I work with numbers all day, so please tell me stories in the evening.
# product designer
I design forms for a city office, and yes, good forms are possible.
I draw for a living, mostly small rectangles with strong feelings.
Design taught me to watch people closely before I offer them anything.
# product manager
I am a product manager, so I say no kindly for a living.
My work is getting seven clever people to agree on one small thing.
I spend my days between what people ask for and what they need.
# nurse
I am a nurse on a children's ward and can make a balloon out of any glove.
Night shifts have made me a connoisseur of dawn, soup and quiet people.
I work in intensive care, so very little about your kitchen will frighten me.
# physiotherapist
I am a physiotherapist and will notice your shoulders; I will try not to mention them.
My days go into getting people back on their bikes after they fell off them.
I help dancers and grandmothers move again, often with the same exercise.
# doctor
I am a family doctor and still like people, even on Mondays.
I work in a clinic where most of medicine turns out to be listening.
My beeper owns half my evenings; the other half I guard well.
# primary teacher
I teach six-year-olds, so I am fluent in glue and negotiation.
My class asks me forty questions before nine, and I have come to need it.
I am a primary teacher with a drawer full of confiscated marbles and excellent jokes.
# maths teacher
I teach mathematics to teenagers and have converted at least four of them.
There is chalk on my sleeve, and I will draw you a proof on a napkin.
Teaching maths is mostly telling people that being stuck is the normal state.
# carpenter
I am a carpenter and judge every café by its chairs.
I make staircases, and I like that somebody will use them after I am gone.
My workshop smells of oak and radio plays.
# electrician
I am an electrician, the cheerful kind, mostly in houses older than the power grid.
I wire solar panels on roofs, so I know this town from above.
I fix what hums, flickers or smells of smoke.
# chef
I run a small kitchen with big windows and no shouting.
I cook for a living, so cook for me once and you have a friend for life.
My restaurant is closed on Mondays, and that is when I live.
# baker
I get up when other people go to bed: somebody has to make the bread.
I have a little bakery, and the regulars know more about me than my mother does.
I am a baker, so I am early to everything and asleep by ten.
# gardener
I look after a public park and get paid in weather.
I plan gardens for roofs and courtyards where nobody thought a tree would fit.
I am a gardener with permanently green knees.
# architect
I am an architect who prefers mending old houses to drawing new ones.
I design schools and sneak a good hiding place into each.
I spend my days arguing for windows.
# civil engineer
I build bridges, small ones, mostly for bicycles.
I am an engineer for drinking water, and it is the least boring job I know.
I check whether old bridges still feel well, which involves a hammer and a boat.
# journalist
I write about housing for a local paper, so I always have a story and rarely a parking space.
I make radio features about ordinary jobs and have met every kind of expert.
I ask questions for a living; tell me if I start to interview you.
# translator
I translate novels and know eleven ways to say that somebody sighed.
I interpret at hospitals and offices, between people who badly want to be understood.
I translate manuals by day and poems by night, and the manuals pay for the poems.
# librarian
I am a librarian, the loud kind, with a story hour that has a waiting list.
I work in a library and will find you that book with the blue cover.
My library lends out tools, seeds and ukuleles; I am very proud of the ukuleles.
# photographer
I take pictures at weddings and cry at every single one.
I photograph food for a living, which means that I eat a lot of cold soup.
I make portraits in people's own kitchens, where they look most like themselves.
# film editor
I cut documentaries, so I have seen the boring parts of every adventure.
I edit films in a dark room and make up for it with long walks.
My job is leaving out the right things.
# musician
I play in a theatre orchestra and teach trumpet to very patient neighbours.
I make music for films you have not seen yet.
I earn my rent with a double bass, which explains the van.
# bookkeeper
I keep the books for artists and bakers, and I know where the receipts hide.
I am a bookkeeper; tidy numbers calm me, untidy people delight me.
I do accounts for small charities and find it secretly thrilling when they balance.
# economist
I am an economist who admits that it depends.
I study why rents rise and then go home and pay mine.
I work on pensions, so I am oddly optimistic about the year 2070.
# lawyer
I am a tenants' lawyer and read the small print for fun by now.
I practise family law, which has made me gentle and very punctual.
I left a large law firm for a small one with a dog in reception, and never looked back.
# social worker
I am a social worker and have learned to sit in silence without filling it.
I help young people find flats, courses and sometimes breakfast.
I work on the street with a thermos and a good pair of shoes.
# psychologist
I am a psychologist, and no, I am not analysing you; I am wondering about dessert.
I study how people make decisions and cannot choose from a menu.
I work with families and come home full of hope more often than not.
# marketer
I do marketing for a museum, which is telling people about things I love anyway.
I write the words on the side of the oat packet that you read at breakfast.
My work is explaining good things simply, and I turn down the other kind.
# sales lead
I sell accessible software to town halls and can be very patient.
I lead a sales team, which is mostly remembering what people told me last time.
I talk to customers all day and still enjoy a good long conversation at night.
# founder
I am building a small company that makes repair manuals anybody can follow.
I left a safe job to start something of my own, and I sleep better than before.
My start-up helps corner shops share deliveries; four people, one van, big spreadsheet.
# researcher
I study moss, which is slower than it sounds and much more exciting.
I research how cities cool down at night and own a frightening number of thermometers.
I am finishing a thesis about tides and would love to be asked about something else.
# veterinary nurse
I am a veterinary nurse and have been licked, bitten and thanked, in that order.
I look after animals that had a bad day, and the people who brought them.
At the animal clinic I am the one who sits on the floor with the frightened ones.
# logistics planner
I plan how medicine gets to small hospitals, and I take late trains personally.
I move boxes around the world from a desk with a very dull view.
I can see a queue and tell you why it exists, which makes me fun at airports.
# event organiser
I organise street festivals and own more cable ties than socks.
I plan conferences for scientists, who are the best and worst guests alike.
My job is that two hundred people are fed, seated and happy at the same moment.
# student
I am back at university as the oldest person in most seminars, and I love it.
I study by day, pull pints at weekends and live on lentils and ambition.
I am in the last year of my degree and open to suggestions about what comes next.
"""
)
