"""The fixed list of prompts that every model is asked for: things it was taught, and things it was not.

The list is made once from a dataset, by rules and a hash of the names, and kept as a file; all models are then asked
the same. Styles are not part of it: they go round through those that a model has.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

from inference.errors import BadRequest
from inference.files import write_text
from training.dataset import Entry
from training.evaluate.colours import WORDS, colour_in
from training.split import Split, concept_key

VERSION = 1
PROMPTS = Path(__file__).with_name("prompts.json")
"""The list that is used unless another is given."""
KINDS = ("known", "combination", "held-out")
COLOURS = ("red", "blue", "green", "purple", "yellow", "pink", "orange", "black", "white")
GROUPS: Mapping[str, tuple[str, ...]] = {
    "creatures": (
        "creature",
        *(f"animal {kind}" for kind in ["mammal", "bird", "reptile", "amphibian", "marine", "bug"]),
    ),
    "food": ("food", "food fruit", "food vegetable", "food prepared", "food sweet", "food asian", "drink"),
    "plants": ("plant", "plant flower", "plant other"),
    "buildings": ("building", "place building", "place religious", "place other"),
    "vehicles": ("vehicle", "transport ground", "transport water", "transport air"),
    "weapons": ("weapon", "armor"),
    "tools": ("tool", "lock"),
    "potions": ("potion", "spell", "science", "medical"),
    "treasure": ("gem", "award medal", "money", "clothing"),
    "weather": ("weather", "sky weather", "place geographic"),
    "faces": ("face", "face smiling", "face costume", "face negative", "face hat", "cat face"),
    "figures": ("fantasy", "person", "person fantasy", "person role"),
    "play": ("game", "sport", "musical instrument", "event"),
    "interface": ("interface", "arrow", "av symbol", "other symbol", "warning", "heart", "mail"),
    "things": ("object", "household", "office", "computer", "writing", "time", "light video", "book paper"),
}
"""What game makers ask for, by the tags that labelling gives: our own list's, and the subgroups of emoji data."""
_WANTED = """
dragon|cat|dog|wolf|fox|horse|unicorn|owl|bat|spider|snake|frog|crab|octopus|bear|lion|butterfly|snail|penguin|whale|
apple|red apple|banana|cherries|bread|cheese wedge|pizza|hamburger|carrot|strawberry|grapes|watermelon|egg|doughnut|
birthday cake|cookie|honey pot|meat on bone|beer mug|wine glass|hot beverage|teapot|poultry leg|chocolate bar|
mushroom|cactus|rose|tulip|sunflower|four leaf clover|evergreen tree|deciduous tree|palm tree|herb|maple leaf|seedling|
house|castle|japanese castle|tent|church|hut|factory|wood|rock|brick|fountain|ferris wheel|classical building|
rocket|sailboat|automobile|helicopter|bicycle|airplane|flying saucer|anchor|canoe|tractor|locomotive|motorcycle|
dagger|crossed swords|bow and arrow|shield|bomb|hammer|axe|pick|key|old key|locked|wrench|gear|boomerang|magnet|hook|
alembic|test tube|petri dish|pill|syringe|telescope|microscope|drop of blood|
crown|gem stone|ring|coin|money bag|trophy|treasure chest|top hat|military helmet|glasses|backpack|hiking boot|
sun|cloud|snowflake|fire|droplet|rainbow|crescent moon|star|glowing star|tornado|umbrella|high voltage|volcano|comet|
grinning face|angry face|skull|ghost|alien|robot|goblin|ogre|clown face|sleeping face|smiling face with sunglasses|
mage|elf|fairy|zombie|vampire|ninja|princess|genie|mermaid|troll|detective|astronaut|superhero|cook|farmer|
crystal ball|magic wand|game die|video game|joystick|bullseye|guitar|drum|violin|balloon|wrapped gift|kite|chess pawn|
red heart|broken heart|check mark|cross mark|play button|pause button|right arrow|up arrow|warning|envelope|plus|
candle|hourglass done|open book|scroll|light bulb|bell|door|chair|bed|bucket|broom|lantern|camera|compass|mirror|clock
"""
"""Names that come first in their groups, where a dataset has them."""
_COLOURABLE = """
dragon shield crown dagger potion cat sword automobile castle butterfly key mushroom bird robot house fish
bomb rose dog ghost axe rocket frog hammer door turtle guitar boot backpack owl umbrella gear snake teapot
candle spider bus balloon horse bell star alien rabbit chair envelope tulip scarf gloves fox cactus drum
lantern kite bear sailboat bicycle wrench ring trophy unicorn elephant whale octopus crab duck bucket broom
basket coat dress t-shirt feather snail lizard crocodile bat wolf lion mouse pig cow penguin parrot swan
snowflake leaf flower cloud moon tent pencil
"""
"""Things that may have any colour."""
LONGEST = 3
"""Words of a concept's name."""
MANY, FEW = 4, 2
"""Styles that a thing should be there in, and must be, so that a judge knows it."""


@dataclass(frozen=True, kw_only=True)
class Prompt:
    """What a model is asked for, and what a judge should see.

    Attributes:
        text: without a style.
        kind: "known" (a concept of the training set), "combination" (a known thing in a colour of ours) or "held-out"
            (a concept that no model has been trained on).
        concept: the judge's class.
        colour: a word of ``colours.WORDS``, or "".
    """

    text: str
    kind: str
    concept: str
    group: str = ""
    colour: str = ""


def make_prompts(
    entries: Iterable[Entry], splits: Iterable[Split], *, known: int = 100, coloured: int = 50, held_out: int = 50
) -> list[Prompt]:
    """A list of prompts from a dataset: the same for the same concepts, in whatever order they come.

    Where there are too few held-out concepts there are more combinations, and the other way round.

    Raises:
        BadRequest: when the dataset has no concept in two styles.
    """
    things = _things(zip(entries, splits, strict=True))
    taught = [thing for thing in things if thing.split is Split.TRAIN]
    if not taught:
        raise BadRequest(
            "No concept is there in two styles, so nothing can be asked for.", hint="Collect more pictures."
        )
    first = _spread(taught, known)
    others = [thing for thing in things if thing.split is not Split.TRAIN]
    missing = held_out - len(others)
    combined = list(_combined(taught, coloured + max(0, missing)))
    unseen = _spread(others, held_out + max(0, coloured - len(combined)))
    return [
        *(
            Prompt(text=t.name, kind="known", concept=t.name, group=t.group, colour=colour_in(t.name) or "")
            for t in first
        ),
        *combined,
        *(
            Prompt(text=t.name, kind="held-out", concept=t.name, group=t.group, colour=colour_in(t.name) or "")
            for t in unseen
        ),
    ]


@dataclass(frozen=True)
class _Thing:
    name: str
    group: str
    styles: int
    split: Split

    @property
    def order(self) -> tuple[bool, bool, bytes]:
        """Those in many styles first, of these what games want, then as a hash has it."""
        draw = hashlib.sha256(f"prompts:{self.name}".encode()).digest()
        return self.styles < MANY, self.name not in _wanted(), draw


@cache
def _wanted() -> frozenset[str]:
    return frozenset(name.strip() for name in _WANTED.split("|"))


def _things(pairs: Iterable[tuple[Entry, Split]]) -> list[_Thing]:
    found: dict[str, list[tuple[Entry, Split]]] = defaultdict(list)
    for entry, split in pairs:
        found[concept_key(entry)].append((entry, split))
    things = [
        _Thing(name, _group([tag for entry, _ in members for tag in entry.tags]), styles, members[0][1])
        for name, members in found.items()
        if (styles := len({entry.style for entry, _ in members})) >= FEW
        and len(name.split()) <= LONGEST
        and ":" not in name
    ]
    return sorted(things, key=lambda thing: thing.order)


def _group(tags: Iterable[str]) -> str:
    """The group of the first tag that has one."""
    return next((group for tag in tags for group, known in GROUPS.items() if tag in known), "")


def _spread(things: Sequence[_Thing], count: int) -> list[_Thing]:
    """One of each group in turn; what is in no group comes last."""
    queues = {group: [thing for thing in things if thing.group == group] for group in GROUPS}
    queues = {group: queue for group, queue in queues.items() if queue}
    chosen: list[_Thing] = []
    while queues and len(chosen) < count:
        for group in list(queues):
            chosen.append(queues[group].pop(0))
            if not queues[group]:
                del queues[group]
    rest = [thing for thing in things if not thing.group]
    return [*chosen[:count], *rest[: max(0, count - len(chosen))]]


def _combined(taught: Sequence[_Thing], count: int) -> Iterator[Prompt]:
    """Colours go round over the things that may have any; each further round starts with another colour."""
    known = {thing.name: thing for thing in taught}
    things = [known[name] for name in _COLOURABLE.split() if name in known]
    things += [t for t in taught if t not in things and not colour_in(t.name)][: max(0, 20 - len(things))]
    made = 0
    for round_ in range(len(COLOURS)):
        for index, thing in enumerate(things):
            if made == count:
                return
            colour = COLOURS[(index + round_ * 4) % len(COLOURS)]
            yield Prompt(
                text=f"{colour} {thing.name}", kind="combination", concept=thing.name, group=thing.group, colour=colour
            )
            made += 1


def write_prompts(path: Path, prompts: Sequence[Prompt]) -> None:
    """Replace the list, one prompt a line."""
    lines = ",\n".join(json.dumps(_short(prompt), ensure_ascii=False) for prompt in prompts)
    write_text(path, f'{{"version": {VERSION}, "prompts": [\n{lines}\n]}}\n')


def _short(prompt: Prompt) -> dict[str, str]:
    return {name: value for name, value in asdict(prompt).items() if value}


def read_prompts(path: Path = PROMPTS) -> list[Prompt]:
    """Read a list.

    Raises:
        BadRequest: when it is none.
    """
    hint = "Make it: train prompts."
    try:
        said = json.loads(path.read_text("utf-8"))
        prompts = [Prompt(**{key: str(value) for key, value in each.items()}) for each in said["prompts"]]
        newer = int(said["version"]) > VERSION
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadRequest(f"{path} is no list of prompts.", hint=hint, detail=str(error)) from error
    if newer:
        raise BadRequest(f"{path} was made by a newer Gouache.", hint="Update the program.")
    wrong = [p.text for p in prompts if p.kind not in KINDS or (p.colour and p.colour not in WORDS) or not p.text]
    if wrong or not prompts:
        what = f"The prompt '{wrong[0]}' in {path} is of no known kind or colour." if wrong else f"{path} is empty."
        raise BadRequest(what, hint=hint)
    return prompts
