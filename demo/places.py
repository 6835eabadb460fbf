"""The real cities of the demo world, with public spots where people meet."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Spot:
    """A public place in a city, as `name` reads inside a sentence."""

    name: str
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class City:
    """A city: its centre in degrees, its IANA time zone, the languages and names at home there."""

    name: str
    latitude: float
    longitude: float
    time_zone: str
    weight: int
    languages: tuple[str, ...]
    regions: tuple[str, ...]
    spots: tuple[Spot, ...]


# The weight is the city's share of the people. The first eight are large on purpose, so that
# decks there are never empty.
CITIES: tuple[City, ...] = (
    City(
        "Berlin",
        52.5200,
        13.4050,
        "Europe/Berlin",
        70,
        ("de", "en"),
        ("german", "german", "turkish", "polish", "arabic", "greek"),
        (
            Spot("Tempelhofer Feld", 52.4730, 13.4030),
            Spot("the Landwehrkanal", 52.4955, 13.4220),
            Spot("Volkspark Friedrichshain", 52.5277, 13.4360),
            Spot("Boxhagener Platz", 52.5110, 13.4600),
            Spot("the Tiergarten", 52.5145, 13.3501),
        ),
    ),
    City(
        "London",
        51.5074,
        -0.1278,
        "Europe/London",
        55,
        ("en",),
        ("english", "english", "indian", "west_african", "polish", "arabic"),
        (
            Spot("Hampstead Heath", 51.5608, -0.1630),
            Spot("Victoria Park", 51.5362, -0.0390),
            Spot("the South Bank", 51.5055, -0.1160),
            Spot("Brockwell Park", 51.4505, -0.1060),
        ),
    ),
    City(
        "Lisbon",
        38.7223,
        -9.1393,
        "Europe/Lisbon",
        45,
        ("pt", "en"),
        ("portuguese", "portuguese", "english", "french", "west_african"),
        (
            Spot("Jardim da Estrela", 38.7145, -9.1600),
            Spot("the river at Belém", 38.6950, -9.2060),
            Spot("Miradouro da Graça", 38.7163, -9.1315),
            Spot("Monsanto forest", 38.7280, -9.1850),
        ),
    ),
    City(
        "New York",
        40.7128,
        -74.0060,
        "America/New_York",
        50,
        ("en", "es"),
        ("english", "spanish", "chinese", "indian", "korean", "west_african"),
        (
            Spot("Prospect Park", 40.6602, -73.9690),
            Spot("Fort Greene Park", 40.6917, -73.9757),
            Spot("the Hudson pier", 40.7327, -74.0110),
            Spot("Bryant Park", 40.7536, -73.9832),
        ),
    ),
    City(
        "San Francisco",
        37.7749,
        -122.4194,
        "America/Los_Angeles",
        45,
        ("en", "es"),
        ("english", "chinese", "indian", "spanish", "korean"),
        (
            Spot("Dolores Park", 37.7596, -122.4269),
            Spot("Golden Gate Park", 37.7694, -122.4862),
            Spot("Crissy Field", 37.8039, -122.4640),
            Spot("Bernal Heights", 37.7430, -122.4140),
        ),
    ),
    City(
        "Nairobi",
        -1.2921,
        36.8219,
        "Africa/Nairobi",
        45,
        ("en", "sw"),
        ("east_african", "east_african", "east_african", "indian", "english"),
        (
            Spot("Karura Forest", -1.2410, 36.8320),
            Spot("Uhuru Gardens", -1.3190, 36.7950),
            Spot("the Arboretum", -1.2740, 36.8050),
            Spot("Ngong Hills", -1.4000, 36.6380),
        ),
    ),
    City(
        "Bengaluru",
        12.9716,
        77.5946,
        "Asia/Kolkata",
        45,
        ("en", "hi"),
        ("indian",),
        (
            Spot("Cubbon Park", 12.9763, 77.5929),
            Spot("Lalbagh", 12.9507, 77.5848),
            Spot("Sankey Tank", 13.0094, 77.5740),
            Spot("Church Street", 12.9753, 77.6050),
        ),
    ),
    City(
        "São Paulo",
        -23.5505,
        -46.6333,
        "America/Sao_Paulo",
        45,
        ("pt",),
        ("portuguese", "portuguese", "italian", "japanese"),
        (
            Spot("Parque Ibirapuera", -23.5874, -46.6576),
            Spot("Praça Roosevelt", -23.5480, -46.6470),
            Spot("Parque Villa-Lobos", -23.5465, -46.7220),
            Spot("Avenida Paulista", -23.5614, -46.6559),
        ),
    ),
)


def _town(
    name: str,
    centre: tuple[float, float],
    time_zone: str,
    languages: tuple[str, ...],
    regions: tuple[str, ...],
    *spots: tuple[str, float, float],
) -> City:
    places = tuple(Spot(*spot) for spot in spots)
    return City(name, *centre, time_zone, 4, languages, regions, places)


CITIES += (
    _town(
        "Cairo",
        (30.0444, 31.2357),
        "Africa/Cairo",
        ("ar", "en"),
        ("arabic",),
        ("Al-Azhar Park", 30.0406, 31.2650),
        ("the Zamalek corniche", 30.0610, 31.2190),
    ),
    _town(
        "Toronto",
        (43.6532, -79.3832),
        "America/Toronto",
        ("en", "fr"),
        ("english", "indian", "chinese", "portuguese"),
        ("High Park", 43.6465, -79.4637),
        ("Trinity Bellwoods", 43.6475, -79.4138),
    ),
    _town(
        "Tokyo",
        (35.6762, 139.6503),
        "Asia/Tokyo",
        ("ja", "en"),
        ("japanese", "japanese", "japanese", "english"),
        ("Yoyogi Park", 35.6717, 139.6949),
        ("Inokashira Park", 35.7000, 139.5730),
    ),
    _town(
        "Sydney",
        (-33.8688, 151.2093),
        "Australia/Sydney",
        ("en",),
        ("english", "english", "chinese", "greek"),
        ("Centennial Park", -33.8980, 151.2340),
        ("the Bondi coastal path", -33.8915, 151.2767),
    ),
    _town(
        "Paris",
        (48.8566, 2.3522),
        "Europe/Paris",
        ("fr", "en"),
        ("french", "french", "arabic", "west_african"),
        ("the Buttes-Chaumont", 48.8809, 2.3828),
        ("Canal Saint-Martin", 48.8720, 2.3650),
    ),
    _town(
        "Amsterdam",
        (52.3676, 4.9041),
        "Europe/Amsterdam",
        ("nl", "en"),
        ("dutch", "dutch", "turkish", "english"),
        ("Westerpark", 52.3870, 4.8750),
        ("Vondelpark", 52.3580, 4.8686),
    ),
    _town(
        "Barcelona",
        (41.3874, 2.1686),
        "Europe/Madrid",
        ("es", "en"),
        ("spanish", "spanish", "italian"),
        ("Parc de la Ciutadella", 41.3881, 2.1870),
        ("Montjuïc", 41.3636, 2.1586),
    ),
    _town(
        "Warsaw",
        (52.2297, 21.0122),
        "Europe/Warsaw",
        ("pl", "en"),
        ("polish",),
        ("Łazienki Park", 52.2150, 21.0350),
        ("the Vistula boulevards", 52.2400, 21.0300),
    ),
    _town(
        "Istanbul",
        (41.0082, 28.9784),
        "Europe/Istanbul",
        ("tr", "en"),
        ("turkish",),
        ("the Moda seafront", 40.9790, 29.0250),
        ("Maçka Park", 41.0450, 28.9940),
    ),
    _town(
        "Athens",
        (37.9838, 23.7275),
        "Europe/Athens",
        ("el", "en"),
        ("greek",),
        ("Philopappou Hill", 37.9670, 23.7200),
        ("the National Garden", 37.9730, 23.7370),
    ),
    _town(
        "Stockholm",
        (59.3293, 18.0686),
        "Europe/Stockholm",
        ("sv", "en"),
        ("nordic", "nordic", "arabic"),
        ("Djurgården", 59.3260, 18.1150),
        ("Tantolunden", 59.3130, 18.0480),
    ),
    _town(
        "Dublin",
        (53.3498, -6.2603),
        "Europe/Dublin",
        ("en",),
        ("english", "english", "polish", "portuguese"),
        ("Phoenix Park", 53.3559, -6.3298),
        ("the Grand Canal", 53.3340, -6.2480),
    ),
    _town(
        "Rome",
        (41.9028, 12.4964),
        "Europe/Rome",
        ("it", "en"),
        ("italian",),
        ("Villa Ada", 41.9330, 12.5010),
        ("the Gianicolo", 41.8910, 12.4610),
    ),
    _town(
        "Lagos",
        (6.5244, 3.3792),
        "Africa/Lagos",
        ("en",),
        ("west_african",),
        ("Freedom Park", 6.4490, 3.3960),
        ("the Lekki conservation walk", 6.4410, 3.5350),
    ),
    _town(
        "Cape Town",
        (-33.9249, 18.4241),
        "Africa/Johannesburg",
        ("en",),
        ("english", "dutch", "east_african"),
        ("the Sea Point promenade", -33.9150, 18.3870),
        ("Kirstenbosch", -33.9880, 18.4320),
    ),
    _town(
        "Mexico City",
        (19.4326, -99.1332),
        "America/Mexico_City",
        ("es",),
        ("spanish",),
        ("Parque México", 19.4115, -99.1690),
        ("Chapultepec", 19.4204, -99.1819),
    ),
    _town(
        "Buenos Aires",
        (-34.6037, -58.3816),
        "America/Argentina/Buenos_Aires",
        ("es",),
        ("spanish", "italian"),
        ("the Bosques de Palermo", -34.5720, -58.4170),
        ("Parque Centenario", -34.6065, -58.4355),
    ),
    _town(
        "Seoul",
        (37.5665, 126.9780),
        "Asia/Seoul",
        ("ko", "en"),
        ("korean",),
        ("Seoul Forest", 37.5443, 127.0374),
        ("the Han river path", 37.5280, 126.9340),
    ),
    _town(
        "Singapore",
        (1.3521, 103.8198),
        "Asia/Singapore",
        ("en", "zh"),
        ("chinese", "chinese", "indian", "indonesian"),
        ("the Botanic Gardens", 1.3138, 103.8159),
        ("East Coast Park", 1.3008, 103.9122),
    ),
    _town(
        "Jakarta",
        (-6.2088, 106.8456),
        "Asia/Jakarta",
        ("id", "en"),
        ("indonesian",),
        ("Taman Suropati", -6.1995, 106.8325),
        ("the Senayan forest walk", -6.2180, 106.8020),
    ),
    _town(
        "Montréal",
        (45.5017, -73.5673),
        "America/Toronto",
        ("fr", "en"),
        ("french", "french", "english", "arabic"),
        ("Parc La Fontaine", 45.5270, -73.5690),
        ("Mount Royal", 45.5048, -73.5874),
    ),
)
