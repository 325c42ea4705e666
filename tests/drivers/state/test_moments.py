"""The tree of moments that drivers share."""

from __future__ import annotations

import pytest

from vsh.drivers.state.moments import MomentTree
from vsh.errors import OperationFailed


class Document:
    """As much of a snapshot's document as the tree looks at."""

    def __init__(self, name: str, parent: str | None = None) -> None:
        self.name = name
        self.parent = parent


def tree_of(*pairs: tuple[str, str | None]) -> MomentTree:
    """A tree of (name, parent) pairs, parents first."""
    tree = MomentTree()
    for name, parent in pairs:
        tree.link(tree.add(Document(name, parent)))
    return tree


@pytest.fixture
def family() -> MomentTree:
    """a, with b (with d) and c."""
    return tree_of(("a", None), ("b", "a"), ("c", "a"), ("d", "b"))


def names(moments):
    return [moment.name for moment in moments]


def test_a_name_is_taken_once(family):
    with pytest.raises(OperationFailed, match="domain moment b already exists"):
        family.add(Document("b"))


def test_newest_children_come_first(family):
    assert names(family.find("a").children) == ["c", "b"]
    assert names(family.listing(topological=True)) == ["a", "c", "b", "d"]


def test_listing_in_the_order_of_arrival(family):
    assert names(family.listing()) == ["a", "b", "c", "d"]


def test_listing_below_one(family):
    assert names(family.listing(family.find("a"), deep=False)) == ["c", "b"]
    assert names(family.listing(family.find("a"))) == ["c", "b", "d"]


def test_listing_of_roots(family):
    assert names(family.listing(deep=False)) == ["a"]


def test_leaves(family):
    assert sorted(names(family.listing(leaves=True))) == ["c", "d"]
    assert sorted(names(family.listing(leaves=False))) == ["a", "b"]


def test_delete_gives_children_to_the_parent(family):
    family.current = family.find("b")
    family.delete(family.find("b"))
    assert family.find("d").document.parent == "a"
    assert family.find("d").parent is family.find("a")
    assert family.current is family.find("a")
    assert family.find("b") is None


def test_delete_of_a_root_makes_roots(family):
    family.current = family.find("a")
    family.delete(family.find("a"))
    assert family.find("b").document.parent is None
    assert sorted(names(family.root.children)) == ["b", "c"]
    assert family.current is None


def test_delete_with_children_moves_current_to_the_parent(family):
    family.current = family.find("d")
    family.delete(family.find("b"), children=True)
    assert sorted(family.by_name) == ["a", "c"]
    assert family.current is family.find("a")


def test_delete_of_children_only_moves_current_to_the_one_that_stays(family):
    family.current = family.find("d")
    family.delete(family.find("b"), only_children=True)
    assert sorted(family.by_name) == ["a", "b", "c"]
    assert family.current is family.find("b")
    assert family.find("b").children == []


def test_replace_keeps_children_and_identity(family):
    moment = family.find("b")
    family.replace(moment, Document("b", "c"))
    family.link(moment)
    assert family.find("b") is moment
    assert moment.parent is family.find("c")
    assert names(moment.children) == ["d"]
    assert names(family.find("a").children) == ["c"]


def test_link_all_finds_what_is_wrong():
    tree = MomentTree()
    for name, parent in (("b", "a"), ("a", None)):
        tree.add(Document(name, parent))
    assert tree.link_all()
    assert tree.find("b").parent is tree.find("a")
    tree = MomentTree()
    for name, parent in (("a", "b"), ("b", "a"), ("c", "nobody")):
        tree.add(Document(name, parent))
    assert not tree.link_all()
    assert tree.current is None


def test_the_end_of_a_chain():
    tree = tree_of(("a", None), ("b", "a"), ("c", "b"))
    assert tree.leaf() is tree.find("c")
    tree.link(tree.add(Document("d", "b")))
    assert tree.leaf() is None
    assert MomentTree().leaf() is None


def test_a_deep_chain_does_not_exhaust_the_stack():
    tree = MomentTree()
    for number in range(5000):
        tree.link(tree.add(Document(f"s{number}", f"s{number - 1}" if number else None)))
    assert len(tree.listing(topological=True)) == 5000
    tree.delete(tree.find("s0"), children=True)
    assert len(tree) == 0
