"""The bill of materials: valid to an independent reader, and true to the layers."""

from __future__ import annotations

import json

from contractctl.image.model import ImageSet
from contractctl.image.sbom.document import write_sbom
from tests.image.small_images import small_image


def test_equal_images_give_equal_bytes() -> None:
    assert write_sbom(small_image("rex")) == write_sbom(small_image("rex"))


def test_the_document_describes_what_a_tag_names() -> None:
    images: ImageSet = small_image("rex")
    document = json.loads(write_sbom(images, name="ghcr.io/acme/dino-mock"))
    (described,) = (each for each in document["relationships"] if each["relationshipType"] == "DESCRIBES")
    (named,) = (each for each in document["packages"] if each["SPDXID"] == described["relatedSpdxElement"])
    assert (named["name"], named["versionInfo"]) == ("ghcr.io/acme/dino-mock", images.digest)
