// The floor of Node: node:http answers every request alike. Arguments: port.
import { createServer } from "node:http";

const body = '{"id":1,"common_name":"T-Rex","scientific_name":"Tyrannosaurus Rex"}';
const headers = { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(body) };

createServer((request, response) => {
  request.resume();
  request.on("end", () => {
    response.writeHead(200, headers);
    response.end(body);
  });
}).listen(Number(process.argv[2]), "127.0.0.1");
