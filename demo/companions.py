"""The animals of the demo world: names, breeds and how they are."""

DOG_BREEDS: tuple[str, ...] = (
    "Labrador Retriever",
    "Border Collie",
    "Whippet",
    "Dachshund",
    "Poodle",
    "Beagle",
    "Shiba Inu",
    "Cocker Spaniel",
    "Galgo",
    "Podenco",
    "Africanis",
    "mixed breed",
    "terrier cross",
    "shepherd cross",
    "rescue of many breeds",
)

BREEDS: dict[str, tuple[str, ...]] = {
    "dog": DOG_BREEDS,
    "cat": ("European Shorthair", "tabby", "Maine Coon", "tortoiseshell", "rescue tomcat"),
    "rabbit": ("lop-eared", "lionhead"),
    "bird": ("budgerigar", "cockatiel"),
    "rodent": ("Syrian hamster", "Mongolian gerbil"),
    "reptile": ("Greek tortoise", "leopard gecko"),
}

KINDS: tuple[tuple[str, int], ...] = (
    ("dog", 40),
    ("cat", 42),
    ("rabbit", 7),
    ("bird", 4),
    ("rodent", 4),
    ("reptile", 3),
)

LONGEST_LIFE_MONTHS: dict[str, int] = {
    "dog": 168,
    "cat": 204,
    "rabbit": 108,
    "bird": 144,
    "rodent": 30,
    "reptile": 360,
}

_NAMES = """
Pixel Mango Juno Biscuit Olive Luna Pepper Tofu Zuri Simba Maple Otto Frida Kiwi Waffle Momo
Ziggy Pilar Bento Nala Hugo Poppy Sahara Chai Ludo Panda Tango Figo Mocha Yuki Basil Cleo Dusty
Pip Lolli Ginger Sol Nuki Duna Bolt Sesame Miso Rollo Ziva Lark Pesto Moss Tilda Bruno Wanda
"""
NAMES: tuple[str, ...] = tuple(_NAMES.split())

TEMPERAMENTS: tuple[str, ...] = (
    "gentle",
    "playful",
    "curious",
    "sleepy",
    "brave",
    "shy",
    "patient",
    "stubborn",
    "cheerful",
    "dignified",
    "sociable",
    "clumsy",
)
