"""Goals, availability and companions: why people are here, when they can, who lives with them."""

# key = label: synonyms
GOALS = """
dating = Dating: date, dates, going on dates, meet someone special, romance
long_term = A long-term relationship: long term relationship, serious relationship, relationship, \
life partner, settle down, something serious, girlfriend, boyfriend, soulmate, ltr
marriage = Marriage: get married, husband, wife, spouse
casual = Something casual: casual dating, no strings, something light, short term fun, hookups
figuring_out = Figuring it out: see where it goes, not sure yet, open to anything
friendship = Friendship: friends, make friends, new friends, new people, meet people, \
like minded people, friend, bestie, social circle
activity_partner = An activity partner: hiking buddy, sports partner, travel buddy, \
climbing partner, training partner, running partner, tennis partner, gaming buddies, dance partner
neighbours = Getting to know neighbours: neighbors, neighbour, neighbor, people nearby, \
local community, my neighbourhood, my neighborhood, new in town, new to the city
community = Finding a community: communities, belong somewhere, meetups, meet ups
language_exchange = Language exchange: language tandem, tandem partner, practise my, practice my
networking = Networking: professional network, expand my network, professional contacts
co_founder = A co-founder: cofounder, co founder, technical cofounder, business partner, \
founding partner, start a company with, build a startup
collaborators = Collaborators: collaborate, project partners, side project, bandmates, collaboration
mentee = Finding a mentor: find a mentor, looking for a mentor, need a mentor, seeking a mentor, \
want a mentor, mentee, a mentor, mentor, guidance, be mentored
mentor = Mentoring others: mentor others, become a mentor, be a mentor, mentor someone, \
mentoring others, share my experience, give back, happy to mentor, mentor juniors, mentor people
hire = Hiring: hire people, looking to hire, recruiting for my team
find_work = Finding work: find a job, new job, looking for work, job hunting, job, freelance work
invest = Investing in companies: angel investing, invest in startups, angel investor
raise_funding = Raising funding: find investors, raise money, seed round, looking for investors
teach = Teaching others: teach others, pass on knowledge, give lessons
learn = Learning something new: learn new things, learn from others, take lessons
volunteer = Volunteering together: do good, help others
study_partner = A study partner: study buddy, study group, exam preparation
housemates = Housemates: flatmates, flatmate, roommate, roommates, room mate, shared flat
dog_walking = Walking dogs together: dog walking, walk our dogs, dog walks, dog walking buddy
pet_playdates = Playdates for pets: playdates, puppy playdates, dog friends, friends for my dog, \
playmate for my dog
offer_pet_sitting = Looking after pets: offer pet sitting, sit your dog, look after your pet
find_pet_sitter = Finding a pet sitter: need a dog sitter, someone to look after my dog, \
find a pet sitter
parents = Meeting other parents: other parents, fellow parents, mum friends, mom friends, \
dad friends
travel_companions = Travel companions: travel companion, travel together
support = Mutual support: support group, accountability partner, someone to talk to
"""

OPPOSITES = {
    "mentor": "mentee",
    "mentee": "mentor",
    "hire": "find_work",
    "find_work": "hire",
    "invest": "raise_funding",
    "raise_funding": "invest",
    "teach": "learn",
    "learn": "teach",
    "offer_pet_sitting": "find_pet_sitter",
    "find_pet_sitter": "offer_pet_sitting",
}
"""Goals that answer each other."""

AVAILABILITY = """
now = Right now: right now, today, tonight, this evening
flexible = Flexible: any time, anytime, whenever, flexible schedule, open schedule, all day
mornings = Mornings: in the morning, early bird, before work
afternoons = Afternoons: in the afternoon
evenings = Evenings: in the evening, after work, at night, nights, late evenings
weekdays = Weekdays: during the week, on weekdays, monday to friday, weekday
weekday_evenings = Weekday evenings: evenings during the week, weeknights, weekday nights
weekends = Weekends: weekend, on the weekend, saturdays, sundays, saturday, sunday
"""

COMPANIONS = """
dog = Dog: dogs, puppy, pup, labrador, retriever, poodle, dachshund, corgi, husky, terrier, \
collie, beagle, rescue dog
cat = Cat: cats, kitten, kitty
rabbit = Rabbit: rabbits, bunny, bunnies
bird = Bird: parrot, budgie, budgies, cockatiel, canary, parrots
horse = Horse: pony, horses
fish = Fish: aquarium, goldfish
rodent = Rodent: hamster, guinea pig, guinea pigs, gerbil, rat, rats
reptile = Reptile: gecko, snake, tortoise, turtle, lizard
"""
