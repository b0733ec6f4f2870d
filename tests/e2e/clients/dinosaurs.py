"""The museum's kiosk: adds what visitors saw to the catalogue. DINOSAURS_URL says which server has it."""

import os

import requests

catalogue = os.environ["DINOSAURS_URL"] + "/api/dinosaurs/"

with requests.Session() as session:
    added = session.post(catalogue, json={"common_name": "Stegosaurus", "scientific_name": "Stegosaurus Stenops"})
    added.raise_for_status()
    dinosaur = session.get(catalogue + "1/")
    dinosaur.raise_for_status()
    sightings = session.get(f"{catalogue}{dinosaur.json()['id']}/sightings/", params={"limit": 2})
    sightings.raise_for_status()
    print(added.status_code, added.json()["common_name"])
    for sighting in sightings.json():
        print(dinosaur.json()["common_name"], sighting["room"], sighting["seen_at"])
    refused = session.get(catalogue + "1/sightings/", params={"limit": 0})
    print(refused.status_code)
