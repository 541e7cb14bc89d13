// Serves an Edge Function with Node: node edge-function.mjs FUNCTION.ts; prints its port. What Supabase's runtime lends the
// function is Deno.serve and Deno.env; the functions are written without types, so they are modules as they are.
import { createServer } from "node:http";
import { copyFileSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

let handler;
globalThis.Deno = {
  serve: (given) => { handler = given; },
  env: { get: (name) => process.env[name] },
};
const copy = join(mkdtempSync(join(tmpdir(), "edge-")), "index.mjs");
copyFileSync(process.argv[2], copy);
await import(pathToFileURL(copy));

const server = createServer(async (incoming, outgoing) => {
  const chunks = [];
  for await (const chunk of incoming) chunks.push(chunk);
  try {
    const answer = await handler(
      new Request(`http://edge.test${incoming.url}`, {
        method: incoming.method,
        headers: incoming.headers,
        body: chunks.length > 0 ? Buffer.concat(chunks) : undefined,
      }),
    );
    outgoing.writeHead(answer.status, Object.fromEntries(answer.headers));
    outgoing.end(Buffer.from(await answer.arrayBuffer()));
  } catch (failure) {
    outgoing.writeHead(500);
    outgoing.end(String(failure));
  }
});
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
