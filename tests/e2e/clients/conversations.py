"""An integration: starts a conversation, then reads all of them. The environment says with which server it talks."""

import os
from urllib.parse import urljoin

from authlib.integrations.requests_client import OAuth2Session

api = os.environ["CONVERSATIONS_URL"]
token_endpoint = os.environ["LOGIN_URL"] + "/oauth/token"
scope = "conversations conversations:readonly"

with OAuth2Session(os.environ["CLIENT_ID"], os.environ["CLIENT_SECRET"], scope=scope) as session:
    session.fetch_token(token_endpoint, grant_type="client_credentials")
    started = session.post(f"{api}/api/v2/conversations", json={"mediaType": "callback", "address": "+493012345678"})
    started.raise_for_status()
    print("started" if started.json()["id"] else "not started")
    following: str | None = "/api/v2/conversations?pageSize=40"
    read = []
    while following:
        answer = session.get(urljoin(api, following))
        answer.raise_for_status()
        page = answer.json()
        print(f"page {page['pageNumber']} of {page['pageCount']}: {len(page['entities'])} of {page['total']}")
        read += [conversation["id"] for conversation in page["entities"]]
        following = page.get("nextUri")
    print("each once" if len(read) == len(set(read)) == page["total"] else "not each once")
