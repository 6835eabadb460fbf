"""Given and family names by region, and how some people write theirs in another script."""

# ruff: noqa: RUF001 - Turkish names are written with the dotless i

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Region:
    """Names that are at home in one region; `neutral` ones are worn by anybody."""

    women: tuple[str, ...]
    men: tuple[str, ...]
    neutral: tuple[str, ...]
    family: tuple[str, ...]


def _region(women: str, men: str, neutral: str, family: str) -> Region:
    return Region(*(tuple(part.split()) for part in (women, men, neutral, family)))


REGIONS: dict[str, Region] = {
    "german": _region(
        "Annika Jule Frieda Lena Käthe Marlene Svenja Carla Wiebke Theresa Nele Hanna",
        "Jonas Emil Lukas Jörg Moritz Bastian Henning Felix Götz Matthias Till Ruben",
        "Kim Robin Luca Toni",
        "Brandt Lindner Vogelsang Küster Ahrens Böhm Seidel Röder Hartwig Jansen Pohl Winkler",
    ),
    "english": _region(
        "Zoë Harriet Imogen Ruth Maisie Eleanor Chloë Tamsin Rosalind Bridget Niamh Siân",
        "Callum Edmund Rory Dylan Patrick Ewan Theo Gareth Oisín Elliot Marcus Ned",
        "Alex Sam Rowan Jamie",
        "Ashworth Pemberton Doyle Hale Whitlock Marsh Fenwick Kearney Barlow Thorne Lacey Reed",
    ),
    "portuguese": _region(
        "Inês Beatriz Luísa Conceição Mariana Joana Thaís Letícia Rita Antónia Débora Íris",
        "João Tomás Caetano Rui Thiago Márcio Duarte Otávio Nuno Vinícius Hélder Gil",
        "Noa Ariel Ju Duda",
        "Figueira Araújo Quintela Simões Brandão Pacheco Louro Magalhães Seixas Teles Varela Moura",
    ),
    "spanish": _region(
        "Lucía Ximena Itziar Begoña Renata Marisol Paloma Noemí Inmaculada Abril Celia Jimena",
        "Andrés Iñaki Mateo Joaquín Rubén Óscar Gonzalo Emiliano Nicolás Julián Tadeo Raúl",
        "Cruz Trinidad Guadalupe Ari",
        "Ibáñez Montoya Larrañaga Peña Quiroga Solís Urrutia Bermúdez Cordero Zúñiga Arce Vidal",
    ),
    "french": _region(
        "Élodie Maëlle Solène Anaïs Capucine Noémie Clémence Margaux Inès Océane Agathe Zélie",
        "Loïc Étienne Baptiste Théo Gaël Rémi Cédric Aurélien Maël Jérôme Anatole Félix",
        "Camille Sacha Charlie Dominique",
        "Lefranc Besson Marchal Guérin Thibault Rousselet Delcourt Vasseur Pineau Chéron Aubin Roy",
    ),
    "italian": _region(
        "Ginevra Chiara Ottavia Ludovica Serena Benedetta Fiamma Nicoletta Elisa Mirella",
        "Niccolò Davide Tommaso Ettore Leandro Simone Fabrizio Corrado Jacopo Saverio",
        "Andrea Celeste Fiore",
        "Bellandi Moroni Castaldi Ferrante Gallo Rinaldi Zanetti Pellegrini Sartori Loria",
    ),
    "dutch": _region(
        "Femke Sanne Lieke Anouk Roos Maartje Fleur Jildou Noor Hanneke",
        "Daan Sjoerd Thijs Jurriën Bram Koen Ruud Casper Pim Wouter",
        "Jip Bo Sem",
        "Hoekstra Visser Terpstra Kuijper Dekker Postma Brouwer Zijlstra Molenaar Veenstra",
    ),
    "polish": _region(
        "Małgorzata Zofia Kinga Agnieszka Bożena Hania Jagoda Łucja Wiktoria Halina",
        "Łukasz Paweł Stanisław Grzegorz Jędrzej Mikołaj Radosław Tymon Wojtek Kajetan",
        "Sasza Misza Alex",
        "Zięba Gajda Kołodziej Mazurek Żak Sikora Bielak Jaśkiewicz Pająk Dudek",
    ),
    "nordic": _region(
        "Åsa Saga Freja Linnéa Ingrid Märta Tuva Ylva Signe Elin",
        "Björn Håkan Øyvind Lasse Anton Sören Mikkel Axel Torbjörn Isak",
        "Kit Love Vide",
        "Ekström Lindqvist Sjöberg Åkesson Nygård Holm Wikström Sandvik Ström Öberg",
    ),
    "turkish": _region(
        "Elif Zeynep Gülşen Ayşegül Defne Şebnem İpek Nazlı Çiğdem Melike",
        "Emre Barış Çağatay Oğuz Kerem İlker Tolga Yiğit Ümit Serkan",
        "Deniz Evren Güneş",
        "Yıldırım Aksoy Çelik Güler Özkan Şimşek Karaca Toprak Aydın Koç",
    ),
    "greek": _region(
        "Sofia Eleni Dimitra Danai Katerina Ioanna Myrto Vasiliki Chrysa Thalia",
        "Nikos Stavros Yannis Petros Lefteris Aris Kostas Manos Thanasis Orestis",
        "Alexis Ari",
        "Papas Kalogirou Vlachos Markou Tsoukalas Galanis Raptis Zervas Manou Dellis",
    ),
    "arabic": _region(
        "Amal Layla Nourhan Salma Yasmin Dunya Hind Rasha Maysa Farida",
        "Karim Youssef Tarek Omar Ziad Bassam Hisham Rami Adel Nabil",
        "Nour Sabah Wissam",
        "El-Sherbini Haddad Mansour Khoury Darwish Saleh Zaki Nassar Farouk Hegazi",
    ),
    "east_african": _region(
        "Wanjiru Akinyi Makena Zawadi Nyambura Chebet Atieno Neema Kemunto Mwikali Imani Subira",
        "Kamau Otieno Mwangi Kiprono Baraka Juma Omondi Musyoka Wekesa Kipchirchir Jabali Mutua",
        "Amani Furaha Baraka",
        "Njoroge Odhiambo Wambua Cheruiyot Kariuki Onyango Mutiso Barasa Gitau Muthoni Oloo",
    ),
    "west_african": _region(
        "Adaeze Folake Ama Efua Temitope Ngozi Yewande Aïssatou Abena Chiamaka",
        "Kwame Chinedu Olumide Kofi Babajide Mamadou Ifeanyi Yaw Tunde Obinna",
        "Ayọ̀ Ebun Uche",
        "Okonjo Adeyemi Mensah Boateng Nwosu Balogun Diallo Asante Ezeani Owusu",
    ),
    "indian": _region(
        "Ananya Kavya Meenakshi Ritika Farah Lakshmi Ishita Pooja Sneha Aditi Harini Devika",
        "Arjun Rohan Karthik Imran Vivek Siddharth Pranav Naveen Gautam Harish Ashwin Zubin",
        "Kiran Jyoti Shashi",
        "Raghavan Deshpande Iyengar Kulkarni Hegde Bhat Menon Shetty Mathur Saxena D'Mello Gowda",
    ),
    "chinese": _region(
        "Mei Xiuying Jiayi Lihua Yuxuan Wenqing Ruolan Shuyi Huiling Qiaolian",
        "Jianhao Weiming Zhihao Junjie Haoran Kaiwen Boyang Yichen Liang Mingze",
        "An Yi Xin",
        "Zhao Lin Huang Tan Guo Lü Shen Ong Fang Teo",
    ),
    "japanese": _region(
        "Yui Haruka Aoi Sakura Misaki Natsuki Emi Kaori Mio Rina",
        "Haruto Ren Daichi Kenta Sōta Takumi Yūto Shōhei Naoki Riku",
        "Hikaru Makoto Akira",
        "Nakahara Ōnishi Kurosawa Fujita Morita Hayashi Uchida Kōno Shimizu Tachibana",
    ),
    "korean": _region(
        "Ji-woo Seo-yeon Ha-eun Min-seo Soo-ah Ye-jin Da-eun Eun-chae",
        "Min-jun Seo-joon Do-yun Hyun-woo Ji-hoon Tae-yang Woo-jin Si-woo",
        "Ji-won Yu-jin Haneul",
        "Seong Baek Noh Ryu Hwang Moon Yang Bae Cha Min",
    ),
    "indonesian": _region(
        "Sri Wulan Ayu Ratna Citra Larasati Kirana Melati",
        "Bayu Rizky Wahyu Dimas Galih Arif Surya Hendra",
        "Dwi Tri Eka",
        "Wijaya Pranoto Siregar Hartono Kusuma Lestari Nugraha Santoso",
    ),
}

# Some people show their name in the script in which their family writes it.
IN_OWN_SCRIPT: dict[str, str] = {
    "Yui": "結衣",
    "Haruka": "遥",
    "Aoi": "葵",
    "Sakura": "さくら",
    "Misaki": "美咲",
    "Haruto": "陽翔",
    "Ren": "蓮",
    "Daichi": "大地",
    "Sōta": "颯太",
    "Hikaru": "光",
    "Ji-woo": "지우",
    "Seo-yeon": "서연",
    "Ha-eun": "하은",
    "Min-jun": "민준",
    "Do-yun": "도윤",
    "Haneul": "하늘",
    "Eleni": "Ελένη",
    "Dimitra": "Δήμητρα",
    "Nikos": "Νίκος",
    "Stavros": "Σταύρος",
    "Amal": "أمل",
    "Layla": "ليلى",
    "Salma": "سلمى",
    "Karim": "كريم",
    "Youssef": "يوسف",
    "Tarek": "طارق",
    "Kavya": "काव्या",
    "Ananya": "अनन्या",
    "Arjun": "अर्जुन",
    "Rohan": "रोहन",
    "Mei": "美",
    "Jiayi": "嘉怡",
    "Haoran": "浩然",
}
