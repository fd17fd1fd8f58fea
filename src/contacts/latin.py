"""Names of places in Latin letters.

A module of its own, because the dictionary of readings takes a third of a second to load, and most
commands spell nothing.
"""

from pypinyin import lazy_pinyin, load_phrases_dict, load_single_dict

from contacts.naming import HAN_RUN

# The readings that these characters have in names of places, before their other ones.
load_single_dict({ord("佛"): "fó,fú", ord("咀"): "zuǐ,jǔ", ord("曾"): "zēng,céng"})
load_single_dict({ord("长"): "cháng,zhǎng"})
load_phrases_dict({"朝阳": [["cháo"], ["yáng"]]})


def in_latin_letters(text: str) -> str:
    """Return a text with its Chinese in Hanyu Pinyin, each run of it as one capitalised word.

    An apostrophe divides syllables where they could be read otherwise: Xi'an.
    """
    return HAN_RUN.sub(lambda run: _pinyin(run.group()), text)


def _pinyin(chinese: str) -> str:
    first, *others = lazy_pinyin(chinese, v_to_u=True)
    divided = (f"'{each}" if each[0] in "aeo" else each for each in others)
    return first.capitalize() + "".join(divided)
