// The bare dispatcher behind Node's own server.
import { createServer } from "node:http";
import { keepAliveTimeout, told } from "./calls.mjs";
import { forward } from "./dispatch.mjs";

createServer({ keepAliveTimeout }, forward).listen(told.port, "127.0.0.1");
