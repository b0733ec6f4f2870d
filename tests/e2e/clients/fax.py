"""The client of the fax service's documentation; the address and the account are the reader's."""

import os

import requests

url = os.environ["FAX_URL"] + "/9991/fax"
job = {
    "recipients": [{"number": "+49301234567", "properties": [{"key": "costCentre", "value": "4711"}]}],
    "renderingOptions": {"paperFormat": None, "coverpageTemplate": "standard"},
    "documents": [{"name": "letter.pdf", "data": "JVBERi0xLjcK"}],
}
answer = requests.post(url, auth=(os.environ["FAX_USER"], os.environ["FAX_PASSWORD"]), json=job)
answer.raise_for_status()
print(answer.json()["jobId"])
