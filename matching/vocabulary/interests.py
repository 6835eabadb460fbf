"""Interests and activities: what people like, and what they like to do together."""

INTERESTS = """
Hiking: hike, hikes, trekking, hill walking, mountain walks, rambling
Running: run, jogging, jog, marathons, half marathon, trail running, parkrun
Cycling: bike rides, biking, road cycling, gravel riding, bicycle touring
Mountain biking: mtb, downhill biking
Swimming: swim, open water swimming, wild swimming
Rock climbing: climbing, climb, sport climbing, climbing gym
Bouldering: boulder
Yoga: vinyasa, hatha, ashtanga
Pilates: reformer pilates
Meditation: meditate, mindfulness, breathwork
Fitness: gym, working out, work out, weight training, lifting weights, crossfit
Martial arts: karate, judo, aikido, taekwondo, jiu jitsu, bjj, krav maga
Boxing: kickboxing, muay thai
Football: soccer, five a side
Basketball: hoops
Volleyball: beach volleyball
Tennis: play tennis
Badminton: shuttlecock
Table tennis: ping pong
Padel: padel tennis
Squash: racquetball
Golf: golfing, disc golf
Skiing: ski, ski touring, cross country skiing
Snowboarding: snowboard
Ice skating: skating, figure skating
Skateboarding: skateboard, longboarding
Surfing: surf, kitesurfing, windsurfing
Sailing: sail, boats
Kayaking: canoeing, paddling, stand up paddling, sup, rafting
Rowing: crew rowing
Scuba diving: diving, freediving, snorkeling, snorkelling
Horse riding: riding horses, equestrian, horses
Fishing: angling, fly fishing
Camping: camp, bivouac, wild camping
Van life: campervan, camper van
Travel: travelling, traveling, travels, backpacking, exploring new places, globetrotting
City trips: city breaks, weekend trips
Road trips: road trip
Nature: outdoors, the outdoors, forests, being outside
Wildlife: birdwatching, birding, bird watching, animals
Gardening: garden, allotment, houseplants, plants, urban gardening
Foraging: mushrooms, mushroom picking
Astronomy: stargazing, stars, telescopes
Beach: beach days, the sea, seaside
Sunsets: sunrises, golden hour
Motorcycles: motorbikes, motorcycling
Cars: classic cars, motorsport, formula 1, f1
Aviation: planes, flying, paragliding
Trains: railways
Cooking: cook, home cooking, trying recipes
Baking: bake, sourdough, cakes, pastry
Barbecue: bbq, grilling
Food: foodie, eating out, restaurants, street food, good food
Vegan cooking: vegan food, plant based food
Coffee: espresso, specialty coffee, cafes, coffee shops
Tea: matcha, tea ceremony
Wine: wine tasting, natural wine
Craft beer: beer, homebrewing, brewing, breweries
Cocktails: mixology
Music: listening to music, songs
Live music: concerts, gigs, concert, going to shows
Festivals: music festivals
Classical music: opera, orchestra, symphonies
Jazz: blues, swing music
Rock music: indie music, punk, metal
Electronic music: techno, house music, drum and bass, rave, raves
Hip hop: rap, r&b
Singing: sing, choir, karaoke
Playing guitar: guitar, ukulele, bass guitar
Playing piano: piano, keyboard playing
Playing drums: drums, percussion
Violin: cello, viola
Making music: music production, songwriting, band, jam sessions
Vinyl records: vinyl, record collecting
Dancing: dance, clubbing
Salsa: bachata, latin dance, kizomba
Tango: argentine tango
Swing dancing: lindy hop
Ballet: contemporary dance
Theatre: theater, plays, musicals, broadway
Improv: improvisation, improv comedy
Comedy: stand up comedy, stand up, comedy nights
Film: movies, cinema, films, movie nights
Documentaries: documentary
Series: tv shows, tv series, binge watching, netflix
Anime: manga, cosplay
Comics: graphic novels
Reading: read, books, novels, bookworm, literature, book club
Science fiction: sci fi, fantasy books
Poetry: poems
Writing: creative writing, journaling, journalling, blogging
Podcasts: podcast
Photography: photos, taking pictures, analogue photography, street photography
Painting: watercolour, watercolor, oil painting, acrylics
Drawing: sketching, illustration, urban sketching
Ceramics: pottery, clay
Crafts: diy, handicrafts, making things
Knitting: crochet, crocheting
Sewing: upcycling clothes, quilting
Woodworking: carpentry, wood carving
Art: museums, galleries, exhibitions, art galleries
Architecture: buildings
Design: interior design, typography
Fashion: vintage clothes, thrifting, style
Flea markets: antiques, second hand
Board games: boardgames, tabletop games, catan
Card games: poker, magic the gathering
Role playing games: dungeons and dragons, d&d, dnd, rpg, pen and paper
Chess: speed chess
Pub quizzes: trivia, quiz nights, pub quiz
Puzzles: escape rooms, crosswords, sudoku
Video games: gaming, computer games, playstation, nintendo, xbox, esports
Technology: tech, gadgets, computers
Open source: free software, linux
Maker projects: 3d printing, arduino, raspberry pi, electronics
Science: physics, biology, chemistry
Space: space exploration, rockets
History: archaeology, medieval history
Philosophy: ethics, stoicism
Psychology: personality types, human behaviour
Politics: current affairs, news, debating
Languages: learning languages, language exchange, linguistics, learning a language
Volunteering: charity work, volunteer
Sustainability: environment, climate, zero waste, climate action
Spirituality: astrology, tarot
Wellness: sauna, spa, self care
Investing: stocks, personal finance
Startups: entrepreneurship, start ups, founders
Dogs: dog lover, puppies, dog parks
Cats: cat lover, kittens
Parenting: kids, raising children, family life
Spending time with family: my family
"""

ACTIVITIES = """
Going for a walk: walk, walks, stroll, long walks
Getting coffee: grab a coffee, coffee date, have a coffee
Having lunch: lunch, brunch
Having dinner: dinner, dinner parties, cooking together
Going out for drinks: drinks, pub, pubs, bar, bars
Seeing a film: watch a movie, watching movies
Going to a concert: see a band
Visiting a museum: visit museums, museum visit
Playing games: game nights, game night, board game night
Working out together: gym buddy, workout buddy, running buddy
Walking dogs together: walk our dogs, dog walks, dog walk, walking the dog
Playdates: play date, puppy playdates
Coworking: co working, work from cafes
Studying together: study group, study buddy
Practising a language: language tandem, tandem partner
Day trips: day trip, excursions
Picnics: picnic, picnics in the park
"""
