"""Place names in Latin letters.

This is a separate module because its dictionary takes a third of a second to load, and most
commands do not need it.
"""

from pypinyin import lazy_pinyin, load_phrases_dict, load_single_dict

from contacts.naming import HAN_RUN

# For these characters, the reading used in place names comes before the others.
load_single_dict({ord("佛"): "fó,fú", ord("咀"): "zuǐ,jǔ", ord("曾"): "zēng,céng"})
load_single_dict({ord("长"): "cháng,zhǎng"})
load_phrases_dict({"朝阳": [["cháo"], ["yáng"]]})


def in_latin_letters(text: str) -> str:
    """Return a text in which each run of Chinese is one capitalised word in Hanyu Pinyin.

    An apostrophe separates syllables that could be read in two ways: Xi'an.
    """
    return HAN_RUN.sub(lambda run: _pinyin(run.group()), text)


def _pinyin(chinese: str) -> str:
    first, *others = lazy_pinyin(chinese, v_to_u=True)
    divided = (f"'{each}" if each[0] in "aeo" else each for each in others)
    return first.capitalize() + "".join(divided)
