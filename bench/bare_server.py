"""The floor: a protocol on uvloop and httptools that answers everything alike. Arguments: port."""

import asyncio
import sys

import httptools
import uvloop

BODY = b'{"id":1,"common_name":"T-Rex","scientific_name":"Tyrannosaurus Rex"}'
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (len(BODY), BODY)


class Bare(asyncio.Protocol):
    def connection_made(self, transport):
        self.transport = transport
        self.parser = httptools.HttpRequestParser(self)

    def data_received(self, data):
        self.parser.feed_data(data)

    def on_message_complete(self):
        self.transport.write(ANSWER)


async def main():
    server = await asyncio.get_running_loop().create_server(Bare, "127.0.0.1", int(sys.argv[1]))
    await server.serve_forever()


uvloop.run(main())
