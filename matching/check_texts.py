"""Check texts: what a runtime of the embedding model must understand as the original does.

Of all lengths, from nothing to more than the model reads, in the scripts that people write of
themselves in, and with what is hard: names, numbers, emojis, repetitions, nonsense.
"""

_WORDS = (
    "",
    ".",
    "a",
    "chess",
    "Jazz!",
    "hiking",
    "Ultimate Frisbee",
    "co-founder wanted",
    "29",
    "she/her",
    "INTJ, 4w5",
    "🏔️",
    "👩🏽‍💻",
    "☕🎶📚",
    "https://example.org/me",
    "asdf qwer zxcv",
)

_SENTENCES = (
    "I love hiking in the Alps.",
    "Long walks in the mountains, then a quiet evening with a book.",
    "I file corporate taxes and I am not sorry.",
    "Looking for friends, not for a date.",
    "Two cats, one piano, no television.",
    "I don't drink, I don't smoke, I do dance.",
    "Founder of a small bakery; up at four, asleep by nine.",
    "Python by day, sourdough by night.",
    "just moved here!! who wants to show me around???",
    "MARATHON RUNNER, VEGAN, DOG PERSON",
    "Ask me about the time I got lost in Lisbon with 3 strangers and a goat.",
    "Mentor for women in engineering, 15 years in semiconductors.",
    "My dog Nori (4, corgi) is better at parties than I am.",
    "Wheelchair user, climber, terrible at board games.",
    "Widowed, 67, learning to sail and to cook for one.",
    "Ich tanze Tango und suche jemanden zum Reden.",
    "Schach und Kaffee ☕, am liebsten am Sonntagmorgen.",
    "Je cherche des amis pour faire de la randonnée le week-end.",
    "J'apprends le japonais et je brûle toujours l'ail.",
    "Me encanta bailar salsa y cocinar para mis amigos.",
    "Procuro alguém para jogar xadrez e conversar sobre livros.",
    "Amo il mare, i gatti e il caffè forte.",
    "Ik fiets overal naartoe, ook als het regent.",
    "Jag letar efter någon att åka skidor med.",
    "Lubię góry, dobre kino i długie rozmowy.",
    "Dağlarda yürümeyi ve eski filmleri seviyorum.",
    "Tôi thích nấu ăn và đi du lịch một mình.",
    "Я люблю шахматы, лес и тишину.",
    "Шукаю друзів для подорожей у гори.",  # noqa: RUF001
    "Αγαπώ τη θάλασσα και τα βιβλία.",
    "أحب الشطرنج والقهوة والمشي في الجبال.",
    "אני אוהב לבשל ולרקוד.",
    "मुझे पहाड़ों में घूमना और चाय पीना पसंद है।",
    "我喜欢徒步旅行和安静的咖啡馆。",
    "週末は山に登って、夜はジャズを聴きます。",
    "등산과 재즈를 좋아하고 고양이 두 마리와 살아요.",
    "ฉันชอบทำอาหารและดูหนังเก่า",
    "Half Irish, half Iranian: سلام and sláinte!",
)

_BIOS = (
    (
        "I design signs for hospitals, so that worried people find the right door, and "
        "I get lost myself at least once a week. On Sundays I walk around the old "
        "airfield and greet every dog by name. Looking for kind people: friends first, "
        "and perhaps one person for the long breakfasts."
    ),
    (
        "Nurse on nights, painter on mornings. I have kept every ticket of every "
        "concert since 2009 and will show you if you ask. I want somebody who reads the"
        " whole menu, who likes silence in a car, and who would rather swim in a cold "
        "lake than lie on a beach."
    ),
    (
        "Second-time founder (logistics, sold 2021). I look for a technical co-founder "
        "who has shipped to hospitals or to the public sector, likes boring technology,"
        " writes things down, and can say no. I bring customers, two letters of intent "
        "and eighteen months of runway."
    ),
    (
        "Vater von zwei Töchtern, Bratschist im Amateurorchester, Bahnfahrer aus "
        "Überzeugung. Am Wochenende bin ich im Wald oder in der Küche, selten pünktlich"
        " und immer mit zu viel Brot. Ich suche Menschen, die gern streiten, ohne laut "
        "zu werden."
    ),
    (
        "Ingénieure le jour, grimpeuse le soir. Je parle trop de fromage, je perds aux "
        "cartes et je gagne aux échecs. Je viens d'arriver à Lyon et je cherche une "
        "bande pour les sorties en montagne, les concerts dans des caves et les longs "
        "dîners."
    ),
    (
        "Soy profesora de matemáticas y bailo tango dos veces por semana. Busco "
        "amistades sinceras, gente con la que ir al cine y discutir después, y alguien "
        "que quiera aprender a cocinar conmigo los platos de mi abuela."
    ),
    (
        "Работаю врачом, по выходным фотографирую заброшенные станции. Люблю собак, "
        "настольные игры и разговоры до утра. Ищу человека, с которым можно молчать."  # noqa: RUF001
    ),
    (
        "interests: chess, jazz, climbing; skills: rust, sql, negotiation; goals: "
        "friends, mentor; available: weekends"
    ),
    (
        "1. I hate lists.\n2. I make them anyway.\n3. My record is a list of 112 films, "
        "in order, with reasons.\n\n    Come and disagree."
    ),
)

TEXTS = (
    *_WORDS,
    *_SENTENCES,
    *_BIOS,
    "word " * 400,
    "ha" * 500,
    "山" * 300,
    *(" ".join(_BIOS[:count]) for count in (2, 3, 5, 7)),
    " ".join(_SENTENCES[15:]),
)
"""The texts, each once."""
