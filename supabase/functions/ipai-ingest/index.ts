// Forwards a signed batch, byte for byte: /functions/v1/ipai-ingest/<connector> here is
// /functions/v1/ipai-ingest-<connector> there. Deploy with --no-verify-jwt: the signature is the caller's proof.
const SIGNED = ["webhook-id", "webhook-timestamp", "webhook-signature"];

Deno.serve(async (request) => {
  const connector = new URL(request.url).pathname.split("/").pop() ?? "";
  if (!/^[a-z][a-z0-9_-]{0,62}$/.test(connector)) {
    return new Response("no such function", { status: 404 });
  }
  const headers = new Headers({ "content-type": "application/json" });
  for (const name of SIGNED) {
    headers.set(name, request.headers.get(name) ?? "");
  }
  const answer = await fetch(
    `${Deno.env.get("IPAI_API_URL")}/functions/v1/ipai-ingest-${connector}`,
    { method: "POST", headers, body: await request.arrayBuffer(), redirect: "error" },
  );
  return new Response(answer.body, {
    status: answer.status,
    headers: { "content-type": answer.headers.get("content-type") ?? "application/json" },
  });
});
