"""Emoji: which texts are exactly one, by the data of Unicode 17, and how it is spelled in full."""

_VARIATION, _JOINER, _KEYCAP = "\ufe0f", "\u200d", "\u20e3"
_SKIN_TONES = frozenset(map(chr, range(0x1F3FB, 0x1F400)))


def _characters(ranges: str) -> frozenset[str]:
    """The characters in hexadecimal ranges."""
    ends = [[int(end, 16) for end in each.split("-")] for each in ranges.split()]
    return frozenset(chr(code) for each in ends for code in range(each[0], each[-1] + 1))


def _words(words: str) -> frozenset[str]:
    return frozenset(words.split())


# The property Emoji without digits, skin tones and the letters of flags.
_EMOJI = _characters(
    "a9 ae 203c 2049 2122 2139 2194-2199 21a9-21aa 231a-231b 2328 23cf 23e9-23f3 23f8-23fa 24c2 "
    "25aa-25ab 25b6 25c0 25fb-25fe 2600-2604 260e 2611 2614-2615 2618 261d 2620 2622-2623 2626 "
    "262a 262e-262f 2638-263a 2640 2642 2648-2653 265f-2660 2663 2665-2666 2668 267b 267e-267f "
    "2692-2697 2699 269b-269c 26a0-26a1 26a7 26aa-26ab 26b0-26b1 26bd-26be 26c4-26c5 26c8 "
    "26ce-26cf 26d1 26d3-26d4 26e9-26ea 26f0-26f5 26f7-26fa 26fd 2702 2705 2708-270d 270f 2712 "
    "2714 2716 271d 2721 2728 2733-2734 2744 2747 274c 274e 2753-2755 2757 2763-2764 2795-2797 "
    "27a1 27b0 27bf 2934-2935 2b05-2b07 2b1b-2b1c 2b50 2b55 3030 303d 3297 3299 1f004 1f0cf "
    "1f170-1f171 1f17e-1f17f 1f18e 1f191-1f19a 1f201-1f202 1f21a 1f22f 1f232-1f23a 1f250-1f251 "
    "1f300-1f321 1f324-1f393 1f396-1f397 1f399-1f39b 1f39e-1f3f0 1f3f3-1f3f5 1f3f7-1f3fa "
    "1f400-1f4fd 1f4ff-1f53d 1f549-1f54e 1f550-1f567 1f56f-1f570 1f573-1f57a 1f587 1f58a-1f58d "
    "1f590 1f595-1f596 1f5a4-1f5a5 1f5a8 1f5b1-1f5b2 1f5bc 1f5c2-1f5c4 1f5d1-1f5d3 1f5dc-1f5de "
    "1f5e1 1f5e3 1f5e8 1f5ef 1f5f3 1f5fa-1f64f 1f680-1f6c5 1f6cb-1f6d2 1f6d5-1f6d8 1f6dc-1f6e5 "
    "1f6e9 1f6eb-1f6ec 1f6f0 1f6f3-1f6fc 1f7e0-1f7eb 1f7f0 1f90c-1f93a 1f93c-1f945 1f947-1f9ff "
    "1fa70-1fa7c 1fa80-1fa8a 1fa8e-1fac6 1fac8 1facd-1fadc 1fadf-1faea 1faef-1faf8"
)
# Emoji_Presentation: the others are text unless a variation selector follows.
_COLOURED = _characters(
    "231a-231b 23e9-23ec 23f0 23f3 25fd-25fe 2614-2615 2648-2653 267f 2693 26a1 26aa-26ab "
    "26bd-26be 26c4-26c5 26ce 26d4 26ea 26f2-26f3 26f5 26fa 26fd 2705 270a-270b 2728 274c 274e "
    "2753-2755 2757 2795-2797 27b0 27bf 2b1b-2b1c 2b50 2b55 1f004 1f0cf 1f18e 1f191-1f19a 1f201 "
    "1f21a 1f22f 1f232-1f236 1f238-1f23a 1f250-1f251 1f300-1f320 1f32d-1f335 1f337-1f37c "
    "1f37e-1f393 1f3a0-1f3ca 1f3cf-1f3d3 1f3e0-1f3f0 1f3f4 1f3f8-1f3fa 1f400-1f43e 1f440 "
    "1f442-1f4fc 1f4ff-1f53d 1f54b-1f54e 1f550-1f567 1f57a 1f595-1f596 1f5a4 1f5fb-1f64f "
    "1f680-1f6c5 1f6cc 1f6d0-1f6d2 1f6d5-1f6d8 1f6dc-1f6df 1f6eb-1f6ec 1f6f4-1f6fc 1f7e0-1f7eb "
    "1f7f0 1f90c-1f93a 1f93c-1f945 1f947-1f9ff 1fa70-1fa7c 1fa80-1fa8a 1fa8e-1fac6 1fac8 "
    "1facd-1fadc 1fadf-1faea 1faef-1faf8"
)
# Emoji_Modifier_Base: what skin tones may follow.
_TONED = _characters(
    "261d 26f9 270a-270d 1f385 1f3c2-1f3c4 1f3c7 1f3ca-1f3cc 1f442-1f443 1f446-1f450 1f466-1f478 "
    "1f47c 1f481-1f483 1f485-1f487 1f48f 1f491 1f4aa 1f574-1f575 1f57a 1f590 1f595-1f596 "
    "1f645-1f647 1f64b-1f64f 1f6a3 1f6b4-1f6b6 1f6c0 1f6cc 1f90c 1f90f 1f918-1f91f 1f926 "
    "1f930-1f939 1f93c-1f93e 1f977 1f9b5-1f9b6 1f9b8-1f9b9 1f9bb 1f9cd-1f9cf 1f9d1-1f9dd "
    "1fac3-1fac5 1faf0-1faf8"
)
_REGIONS = _words(
    "ac ad ae af ag ai al am ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bl bm bn "
    "bo bq br bs bt bv bw by bz ca cc cd cf cg ch ci ck cl cm cn co cp cq cr cu cv cw cx cy "
    "cz de dg dj dk dm do dz ea ec ee eg eh er es et eu fi fj fk fm fo fr ga gb gd ge gf gg "
    "gh gi gl gm gn gp gq gr gs gt gu gw gy hk hm hn hr ht hu ic id ie il im in io iq ir is "
    "it je jm jo jp ke kg kh ki km kn kp kr kw ky kz la lb lc li lk lr ls lt lu lv ly ma mc "
    "md me mf mg mh mk ml mm mn mo mp mq mr ms mt mu mv mw mx my mz na nc ne nf ng ni nl no "
    "np nr nu nz om pa pe pf pg ph pk pl pm pn pr ps pt pw py qa re ro rs ru rw sa sb sc sd "
    "se sg sh si sj sk sl sm sn so sr ss st sv sx sy sz ta tc td tf tg th tj tk tl tm tn to "
    "tr tt tv tw tz ua ug um un us uy uz va vc ve vg vi vn vu wf ws xk ye yt za zm zw"
)
_SUBDIVISIONS = _words("gbeng gbsct gbwls")

# RGI_Emoji_ZWJ_Sequence, skin tones and joiners left out: what may come first, what second.
_PAIRS = {
    "⛓": "💥",
    "⛹🏃🏄🏊🏋🏌👮👯👰👱👳👷💁💂💆💇🕵🙅🙆🙇🙋🙍🙎🚣🚴🚵🚶🤦🤵🤷🤸🤹🤼🤽🤾🦸🦹🧍": "♀♂",
    "🧎🧏🧔🧖🧗🧘🧙🧚🧛🧜🧝🧞🧟": "♀♂",
    "❤🐦": "🔥",
    "❤": "🩹",
    "🍄": "🟫",
    "🍋": "🟩",
    "🏃🚶🧎": "➡",
    "🏳": "⚧🌈",
    "🏴": "☠",
    "🐈🐦": "⬛",
    "🐕": "🦺",
    "🐻": "❄",
    "👁": "🗨",
    "👨👩🧑": "⚕⚖✈🌾🍳🍼🎓🎤🎨🏫🏭💻💼🔧🔬🚀🚒🦯🦰🦱🦲🦳🦼🦽",
    "👨👩": "👦👧",
    "😮": "💨",
    "😵": "💫",
    "😶": "🌫",
    "🙂": "↔↕",
    "🧑": "🎄🧒🩰",
    "🫱": "🫲",
}
_LONGER = _words(
    "👨👨👧 👨👨👧👧 👨👨👧👦 👨👨👦 👨👨👦👦 👨👩👧 👨👩👧👧 👨👩👧👦 👨👩👦 👨👩👦👦 👨👧👧 "
    "👨👧👦 👨👦👦 👨❤👨 👨❤💋👨 👨🤝👨 👨🐰👨 👨🫯👨 👩👩👧 👩👩👧👧 👩👩👧👦 👩👩👦 👩👩👦👦 "
    "👩👧👧 👩👧👦 👩👦👦 👩❤👨 👩❤👩 👩❤💋👨 👩❤💋👩 👩🤝👨 👩🤝👩 👩🐰👩 👩🫯👩 🧑🧑🧒 "
    "🧑🧑🧒🧒 🧑🧒🧒 🧑❤🧑 🧑❤💋🧑 🧑🤝🧑 🧑🐰🧑 🧑🫯🧑 🏃♀➡ 🚶♀➡ 🧎♀➡ 🏃♂➡ 🚶♂➡ "
    "🧎♂➡ 👨🦯➡ 👩🦯➡ 🧑🦯➡ 👨🦼➡ 👩🦼➡ 🧑🦼➡ 👨🦽➡ 👩🦽➡ 🧑🦽➡"
)
_JOINED = _LONGER | {one + two for ones, twos in _PAIRS.items() for one in ones for two in twos}


def whole(text: str) -> str | None:
    """Give the full spelling of an emoji, so that each has one.

    After Unicode Technical Standard 51: a character, a keycap, a flag, or a joined sequence that
    is recommended for general interchange; skin tones may be wherever a character takes one.

    Args:
        text: what may be an emoji, with or without variation selectors.

    Returns:
        None when it is anything but exactly one emoji.
    """
    plain = text.replace(_VARIATION, "")
    if plain[1:] == _KEYCAP and plain[0] in "0123456789#*":
        return plain[0] + _VARIATION + _KEYCAP
    if _is_flag(plain):
        return plain
    parts = plain.split(_JOINER)
    if not all(map(_is_character, parts)):
        return None
    if len(parts) > 1 and "".join(part[0] for part in parts) not in _JOINED:
        return None
    return _JOINER.join(
        part if len(part) > 1 or part in _COLOURED else part + _VARIATION for part in parts
    )


def _is_character(part: str) -> bool:
    if len(part) == 2:
        return part[0] in _TONED and part[1] in _SKIN_TONES
    return part in _EMOJI


def _is_flag(plain: str) -> bool:
    if plain[:1] == "\U0001f3f4" and plain[-1] == "\U000e007f":
        letters = "".join(chr(ord(each) - 0xE0000) for each in plain[1:-1] if each > "\U000e0000")
        return letters in _SUBDIVISIONS and len(letters) == len(plain) - 2
    letters = "".join(chr(ord(each) - 0x1F1E6 + ord("a")) for each in plain if each >= "\U0001f1e6")
    return len(letters) == len(plain) and letters in _REGIONS
