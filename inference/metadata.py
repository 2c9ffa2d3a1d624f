"""Recipes inside picture files: A1111's ``parameters``, our own JSON, and IPTC's word for generated pictures.

PNG text is Latin-1 in tEXt chunks, so anything else goes into iTXt, which is UTF-8. JPEG and WebP carry the
parameters as EXIF UserComment, as A1111 writes it.
"""

from __future__ import annotations

from pathlib import Path

from PIL import Image, PngImagePlugin

from inference.errors import BadPicture, BadRequest
from inference.recipe import Recipe

PARAMETERS, OWN, XMP = "parameters", "gouache", "XML:com.adobe.xmp"
_EXIF_IFD, _USER_COMMENT, _UNICODE = 0x8769, 0x9286, b"UNICODE\0"
_SOURCE_TYPES = "http://cv.iptc.org/newscodes/digitalsourcetype/"


def png_info_of(recipe: Recipe) -> PngImagePlugin.PngInfo:
    """The text chunks of a picture."""
    info = PngImagePlugin.PngInfo()
    text = recipe.parameters()
    if _is_latin1(text):
        info.add_text(PARAMETERS, text)
    else:
        info.add_itxt(PARAMETERS, text)
    info.add_itxt(OWN, recipe.as_json())
    info.add_itxt(XMP, xmp_of(recipe))
    return info


def exif_of(recipe: Recipe) -> bytes:
    """EXIF with the parameters as UserComment (UTF-16)."""
    exif = Image.Exif()
    exif.get_ifd(_EXIF_IFD)[_USER_COMMENT] = _UNICODE + recipe.parameters().encode("utf-16-be")
    return exif.tobytes()


def xmp_of(recipe: Recipe) -> str:
    """XMP that says that a model made the picture, or part of it (IPTC DigitalSourceType)."""
    kinds = {end.get("kind") for end in recipe.extra.get("ends", ())} if recipe.kind == "blend" else {recipe.kind}
    kind = "trainedAlgorithmicMedia" if kinds == {"generate"} else "compositeWithTrainedAlgorithmicMedia"
    return (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description rdf:about="" xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" '
        f'xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmp:CreatorTool="{recipe.program}" '
        f'Iptc4xmpExt:DigitalSourceType="{_SOURCE_TYPES}{kind}"/></rdf:RDF></x:xmpmeta>'
    )


def read_recipe(path: Path) -> Recipe:
    """The recipe that a picture of ours carries.

    Raises:
        BadPicture: when the file is no picture. BadRequest: when it carries no recipe of ours.
    """
    try:
        with Image.open(path) as image:
            image.load()
            text = getattr(image, "text", {}).get(OWN)
    except FileNotFoundError:
        raise BadPicture(f"{path} does not exist.", hint="Check the name.") from None
    except Exception as error:  # Pillow raises many kinds on broken files
        raise BadPicture(f"{path} is not a picture that can be read.", detail=str(error)) from error
    if text is None:
        raise BadRequest(f"{path} carries no recipe.", hint="Give a PNG that Gouache made.")
    return Recipe.from_json(text)


def _is_latin1(text: str) -> bool:
    try:
        text.encode("latin-1")
    except UnicodeEncodeError:
        return False
    return True
