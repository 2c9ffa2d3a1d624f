"""What the generate panel says: names of modes, fields and choices, what explains them, why some cannot be used now.

Marked here for translation, translated where they are shown.
"""

from __future__ import annotations

from dataclasses import dataclass

from desktop_app.language import QT_TRANSLATE_NOOP
from desktop_app.results import Mode
from inference.api import Fill
from inference.locks import ColourLock, Silhouette

MODE_TIPS = {
    Mode.AUTO: QT_TRANSLATE_NOOP("GeneratePanel", "Found from the picture and what is selected."),
    Mode.GENERATE: QT_TRANSLATE_NOOP("GeneratePanel", "A new picture from words alone."),
    Mode.INPAINT: QT_TRANSLATE_NOOP("GeneratePanel", "Only what is selected is made anew."),
    Mode.OUTPAINT: QT_TRANSLATE_NOOP("GeneratePanel", "The picture is continued into what is selected beyond it."),
    Mode.VARY: QT_TRANSLATE_NOOP("GeneratePanel", "The whole picture again, differently."),
}
PLACEHOLDERS = {
    Mode.GENERATE: QT_TRANSLATE_NOOP("GeneratePanel", "Describe the picture"),
    Mode.INPAINT: QT_TRANSLATE_NOOP("GeneratePanel", "What should be there?"),
    Mode.OUTPAINT: QT_TRANSLATE_NOOP("GeneratePanel", "What lies beyond the edge?"),
    Mode.VARY: QT_TRANSLATE_NOOP("GeneratePanel", "How should it differ?"),
}
FILL_TITLES = {
    Fill.AUTO: QT_TRANSLATE_NOOP("GeneratePanel", "Automatic"),
    Fill.NEUTRAL: QT_TRANSLATE_NOOP("GeneratePanel", "Plain grey"),
    Fill.BLUR: QT_TRANSLATE_NOOP("GeneratePanel", "Blurred surroundings"),
    Fill.INPAINT: QT_TRANSLATE_NOOP("GeneratePanel", "Continued surroundings"),
    Fill.ORIGINAL: QT_TRANSLATE_NOOP("GeneratePanel", "What is there"),
}
COLOUR_TITLES = {
    ColourLock.FREE: QT_TRANSLATE_NOOP("GeneratePanel", "Free"),
    ColourLock.LAB: QT_TRANSLATE_NOOP("GeneratePanel", "Keep the mood"),
    ColourLock.PALETTE: QT_TRANSLATE_NOOP("GeneratePanel", "Keep the palette"),
}
COLOUR_TIPS = {
    ColourLock.FREE: QT_TRANSLATE_NOOP("GeneratePanel", "Colours come from your words and the style."),
    ColourLock.LAB: QT_TRANSLATE_NOOP("GeneratePanel", "The same mean colour and contrast as the picture."),
    ColourLock.PALETTE: QT_TRANSLATE_NOOP("GeneratePanel", "Only colours that the picture has."),
}
SILHOUETTE_TITLES = {
    Silhouette.FREE: QT_TRANSLATE_NOOP("GeneratePanel", "Varied"),
    Silhouette.LOCKED: QT_TRANSLATE_NOOP("GeneratePanel", "Kept"),
    Silhouette.LOOSE: QT_TRANSLATE_NOOP("GeneratePanel", "Made anew"),
}
SILHOUETTE_TIPS = {
    Silhouette.FREE: QT_TRANSLATE_NOOP("GeneratePanel", "The outline changes with the rest, by the strength."),
    Silhouette.LOCKED: QT_TRANSLATE_NOOP("GeneratePanel", "Transparency stays exactly as it is."),
    Silhouette.LOOSE: QT_TRANSLATE_NOOP("GeneratePanel", "Only what lies inside guides; the outline is free."),
}


@dataclass(frozen=True)
class Words:
    """A field's name and what its tooltip says."""

    name: str
    tip: str


FIELDS = {
    "mode": Words(
        QT_TRANSLATE_NOOP("GeneratePanel", "Mode"),
        QT_TRANSLATE_NOOP(
            "GeneratePanel",
            "What is made. Auto looks at the picture: an empty canvas is generated, what is selected is inpainted, "
            "and with nothing selected the whole picture is varied.",
        ),
    ),
    "model": Words(
        QT_TRANSLATE_NOOP("GeneratePanel", "Model"),
        QT_TRANSLATE_NOOP("GeneratePanel", "Who paints. Models differ in what they know, their size and their speed."),
    ),
    "style": Words(
        QT_TRANSLATE_NOOP("GeneratePanel", "Style"),
        QT_TRANSLATE_NOOP("GeneratePanel", "A look that is added to your words. Only styles that suit the model."),
    ),
    "prompt": Words(
        QT_TRANSLATE_NOOP("GeneratePanel", "Prompt"),
        QT_TRANSLATE_NOOP(
            "GeneratePanel",
            "What is to be seen. Ctrl+Up and Ctrl+Down give words more or less weight, Alt+Up and Alt+Down bring back "
            "earlier prompts, Ctrl+Enter generates.",
        ),
    ),
    "negative": Words(
        QT_TRANSLATE_NOOP("GeneratePanel", "Negative"),
        QT_TRANSLATE_NOOP(
            "GeneratePanel", "What is not to be seen. Ctrl+Up and Ctrl+Down give words more or less weight."
        ),
    ),
    "strength": Words(
        QT_TRANSLATE_NOOP("GeneratePanel", "Strength"),
        QT_TRANSLATE_NOOP(
            "GeneratePanel", "How far it may go from what is there: a little keeps the shapes, all of it begins anew."
        ),
    ),
    "colour": Words(
        QT_TRANSLATE_NOOP("GeneratePanel", "Colours"),
        QT_TRANSLATE_NOOP("GeneratePanel", "What of the picture's colours a variation keeps."),
    ),
    "silhouette": Words(
        QT_TRANSLATE_NOOP("GeneratePanel", "Outline"),
        QT_TRANSLATE_NOOP("GeneratePanel", "What becomes of the picture's outline in a variation."),
    ),
    "count": Words(
        QT_TRANSLATE_NOOP("GeneratePanel", "Pictures"),
        QT_TRANSLATE_NOOP("GeneratePanel", "How many to make and choose from. Each has the next seed."),
    ),
    "seed": Words(
        QT_TRANSLATE_NOOP("GeneratePanel", "Seed"),
        QT_TRANSLATE_NOOP(
            "GeneratePanel",
            "The number that the next picture grows from. The same seed and settings give the same picture.",
        ),
    ),
    "seed_locked": Words(
        QT_TRANSLATE_NOOP("GeneratePanel", "Keep the seed"),
        QT_TRANSLATE_NOOP("GeneratePanel", "Keep the seed: the next runs use it again. Open, each run gets a new one."),
    ),
    "steps": Words(
        QT_TRANSLATE_NOOP("GeneratePanel", "Steps"),
        QT_TRANSLATE_NOOP(
            "GeneratePanel",
            "How often the picture is refined. More takes longer, and after some dozens changes little.",
        ),
    ),
    "guidance": Words(
        QT_TRANSLATE_NOOP("GeneratePanel", "Guidance"),
        QT_TRANSLATE_NOOP(
            "GeneratePanel",
            "How closely your words are followed. Low leaves the model free, high is literal and hard; "
            "at 1 and below the negative prompt is not used.",
        ),
    ),
    "scheduler": Words(
        QT_TRANSLATE_NOOP("GeneratePanel", "Sampler"),
        QT_TRANSLATE_NOOP(
            "GeneratePanel", "The way from noise to picture. Each ends in a somewhat different picture and speed."
        ),
    ),
    "size": Words(
        QT_TRANSLATE_NOOP("GeneratePanel", "Size"),
        QT_TRANSLATE_NOOP(
            "GeneratePanel", "Width and height in pixels. Choose one that the model is good at, or type another."
        ),
    ),
    "fill": Words(
        QT_TRANSLATE_NOOP("GeneratePanel", "Fill"),
        QT_TRANSLATE_NOOP("GeneratePanel", "What the selected part holds before the model begins to paint in it."),
    ),
    "feather": Words(
        QT_TRANSLATE_NOOP("GeneratePanel", "Feather"),
        QT_TRANSLATE_NOOP("GeneratePanel", "The width of the soft band in which new and old run into each other."),
    ),
    "context": Words(
        QT_TRANSLATE_NOOP("GeneratePanel", "Context"),
        QT_TRANSLATE_NOOP(
            "GeneratePanel",
            "How much around the selection the model sees, measured in selections. More fits in better, "
            "less gives finer detail.",
        ),
    ),
    "keep_outside": Words(
        QT_TRANSLATE_NOOP("GeneratePanel", "Keep the outside"),
        QT_TRANSLATE_NOOP("GeneratePanel", "The soft band stays inside the selection: not one pixel outside changes."),
    ),
    "match_colour": Words(
        QT_TRANSLATE_NOOP("GeneratePanel", "Match colours"),
        QT_TRANSLATE_NOOP("GeneratePanel", "Bring the colours of what is new in line with its surroundings."),
    ),
    "seamless_x": Words(
        QT_TRANSLATE_NOOP("GeneratePanel", "Tile left to right"),
        QT_TRANSLATE_NOOP(
            "GeneratePanel", "The left and right edges fit together without a seam: for textures and tiles."
        ),
    ),
    "seamless_y": Words(
        QT_TRANSLATE_NOOP("GeneratePanel", "Tile top to bottom"),
        QT_TRANSLATE_NOOP(
            "GeneratePanel", "The top and bottom edges fit together without a seam: for textures and tiles."
        ),
    ),
    "variation_strength": Words(
        QT_TRANSLATE_NOOP("GeneratePanel", "Variation"),
        QT_TRANSLATE_NOOP(
            "GeneratePanel", "How much of a second seed is mixed in: a little gives near relatives of the same picture."
        ),
    ),
    "variation_seed": Words(
        QT_TRANSLATE_NOOP("GeneratePanel", "2nd seed"),
        QT_TRANSLATE_NOOP("GeneratePanel", "The seed that is mixed in. Empty it to mix in none."),
    ),
    "loras": Words(
        QT_TRANSLATE_NOOP("GeneratePanel", "LoRAs"),
        QT_TRANSLATE_NOOP(
            "GeneratePanel",
            "Files in the loras folder by name, with weights, for instance ink:0.8, wash:0.4. Those of the style come "
            "on top.",
        ),
    ),
    "post": Words(
        QT_TRANSLATE_NOOP("GeneratePanel", "Finish"),
        QT_TRANSLATE_NOOP(
            "GeneratePanel",
            "Steps that every whole picture goes through; their names are offered as you type. Those of the style come "
            "first. Results of a selection are left as they are.",
        ),
    ),
    "clip_skip": Words(
        QT_TRANSLATE_NOOP("GeneratePanel", "Clip skip"),
        QT_TRANSLATE_NOOP(
            "GeneratePanel",
            "Last layers of the text encoder that are left out. Some models were trained with 1; leave it at 0 "
            "unless yours says so.",
        ),
    ),
}

NOT_WORDS_ALONE = QT_TRANSLATE_NOOP(
    "GeneratePanel", "Only for pictures from words alone: here the canvas gives the size."
)
NO_SELECTION = QT_TRANSLATE_NOOP("GeneratePanel", "Only for inpainting and outpainting: brush over what should change.")
NO_GUIDANCE = QT_TRANSLATE_NOOP("GeneratePanel", "Not used at guidance 1 and below. Raise the guidance under More.")
NO_NEGATIVE = QT_TRANSLATE_NOOP("GeneratePanel", "This model paints without a negative prompt.")
NO_SECOND_SEED = QT_TRANSLATE_NOOP("GeneratePanel", "Raise the variation first.")
EDITS = (Mode.INPAINT, Mode.OUTPAINT)
NEEDS = {
    "size": ((Mode.GENERATE,), NOT_WORDS_ALONE),
    **dict.fromkeys(("fill", "feather", "context", "keep_outside", "match_colour"), (EDITS, NO_SELECTION)),
}
"""The modes that a field is for, and what it says in others."""
