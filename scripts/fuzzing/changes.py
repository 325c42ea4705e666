"""One sample, changed in a few places: as bytes, line by line, as JSON, as a tree of elements."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import TYPE_CHECKING, Any

from lxml import etree
from samples import WORDS

if TYPE_CHECKING:
    import random


def written(word: str) -> str:
    """What of a word can stand in XML."""
    return "".join(c for c in word if c in "\t\n" or 31 < ord(c) < 0xD800)


class Trees:
    """Documents, and what is put in the place of something else: what other documents have there.

    Most of what users write wrongly is right somewhere else.
    """

    def __init__(self, known: list[etree._Element]) -> None:
        self.known = known
        self.values: dict[tuple[str, str | None], list[str]] = {}
        self.children: dict[str, list[etree._Element]] = {}
        seen: set[tuple[str, str | None, str]] = set()
        for root in known:
            for node in root.iter(etree.Element):
                pairs = [*node.attrib.items(), *([(None, node.text)] if node.text else [])]
                for name, value in pairs:
                    if (node.tag, name, value) not in seen:
                        seen.add((node.tag, name, value))
                        self.values.setdefault((node.tag, name), []).append(value)
                self.children.setdefault(node.tag, []).extend(node)

    def change(self, rng: random.Random) -> etree._Element:
        """One document, changed in one to four places."""
        root = deepcopy(rng.choice(self.known))
        for _ in range(rng.randrange(1, 5)):
            node = rng.choice(list(root.iter(etree.Element)))
            self._change(rng, node, root)
        return root

    def _change(self, rng: random.Random, node: etree._Element, root: etree._Element) -> None:
        act = rng.randrange(12)
        word = written(rng.choice(WORDS))
        if act < 5 and node.attrib:
            name = rng.choice(sorted(node.attrib))
            node.set(
                name, rng.choice(self.values.get((node.tag, name), [word])) if act < 3 else word
            )
        elif act == 5 and node.attrib:
            del node.attrib[rng.choice(sorted(node.attrib))]
        elif act == 6:
            node.text = rng.choice([*self.values.get((node.tag, None), []), word])
        elif act == 7 and node is not root:
            for _ in range(rng.choice((1, 1, 1, 40))):
                node.addnext(deepcopy(node))
        elif act == 8 and node is not root:
            node.getparent().remove(node)
        elif act == 9:  # something from anywhere
            other = rng.choice(list(rng.choice(self.known).iter(etree.Element)))
            node.insert(rng.randrange(len(node) + 1), deepcopy(other))
        elif act == 10:
            name = rng.choice([name for _, name in self.values if name is not None])
            node.set(name, word)
        elif self.children.get(node.tag):  # something that belongs here in another document
            other = rng.choice(self.children[node.tag])
            node.insert(rng.randrange(len(node) + 1), deepcopy(other))


def mangled(rng: random.Random, text: bytes) -> bytes:
    """A text, changed in one to four places."""
    for _ in range(rng.randrange(1, 5)):
        place, end = sorted((rng.randrange(len(text) + 1), rng.randrange(len(text) + 1)))
        word = rng.choice(WORDS).encode("utf-8", "surrogatepass")
        act = rng.randrange(4)
        if act == 0:
            text = text[:place] + text[min(end, place + 20) :]
        elif act == 1:
            text = text[:place] + word + text[place:]
        elif act == 2:
            text = text[:place] + text[place : place + 40] * 3 + text[place + 40 :]
        else:
            text = text[:place] + bytes([rng.randrange(256)]) + text[place + 1 :]
    return text


def reworded(rng: random.Random, text: bytes, others: list[bytes]) -> bytes:
    """A configuration of lines, changed in one to four of them: a value of another line or a word
    that nobody would write, a part of a value, lines doubled, dropped, or of another file."""
    lines = text.split(b"\n")
    for _ in range(rng.randrange(1, 5)):
        number = rng.randrange(len(lines))
        word = rng.choice(WORDS).encode("utf-8", "surrogatepass")
        name, mark, value = lines[number].partition(b"=")
        act = rng.randrange(7)
        if act == 0 and mark:
            lines[number] = name + b'= "' + word + b'"'
        elif act == 1 and mark:
            other = rng.choice(lines).partition(b"=")[2]
            lines[number] = name + b"=" + other
        elif act == 2 and mark:
            for separator in (b",", b":", b" "):
                if separator in value:
                    parts = value.split(separator)
                    parts[rng.randrange(len(parts))] = rng.choice((word, b"", rng.choice(parts)))
                    value = separator.join(parts)
                    break
            lines[number] = name + b"=" + value
        elif act == 3:
            lines.insert(number, rng.choice(lines))
        elif act == 4:
            lines.insert(number, rng.choice(rng.choice(others).split(b"\n")))
        elif act == 5 and len(lines) > 1:
            del lines[number]
        else:
            digits = bytes(rng.choice(b"0123456789") if 48 <= c < 58 else c for c in name)
            lines[number] = digits + mark + value
    return b"\n".join(lines)


def retyped(rng: random.Random, value: Any) -> Any:
    """A value of JSON, changed in one to three places: other types, other values, fields gone."""
    value = json.loads(json.dumps(value))
    for _ in range(rng.randrange(1, 4)):
        holder: Any = [value]
        key: Any = 0
        while isinstance(holder[key], (dict, list)) and holder[key] and rng.random() < 0.8:
            holder = holder[key]
            key = (
                rng.choice(list(holder)) if isinstance(holder, dict) else rng.randrange(len(holder))
            )
        if holder[key] is value:
            continue
        act = rng.randrange(4)
        if act == 0:
            del holder[key]
        elif act == 1 and isinstance(holder, list):
            holder.append(holder[key])
        else:
            new = (None, True, 0, -1, 2**80, 1.5, float("inf"), "", [], {}, [[]], {"a": 1})
            words = [word.encode("utf-8", "replace").decode() for word in WORDS]
            holder[key] = rng.choice((*new, *words))
    return value
