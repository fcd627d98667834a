// An issuer of tokens as oidc-provider sets it up by itself, with one client.
import { createServer } from "node:http";
import Provider from "oidc-provider";

const client = { client_id: "app", client_secret: "secret", redirect_uris: ["https://app.example/callback"] };
const server = createServer();
server.listen(0, "127.0.0.1", () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  server.on("request", new Provider(issuer, { clients: [client] }).callback());
  process.stdout.write(`listens on ${issuer}\n`);
});
