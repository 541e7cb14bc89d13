// Forwards to the platform with the caller's token: /functions/v1/ipai-connector/<name> here is
// /functions/v1/ipai-connector-<name> there. Set IPAI_API_URL: supabase secrets set IPAI_API_URL=https://…
Deno.serve(async (request) => {
  const connector = new URL(request.url).pathname.split("/").pop() ?? "";
  if (!/^[a-z][a-z0-9_-]{0,62}$/.test(connector)) {
    return new Response("no such function", { status: 404 });
  }
  const answer = await fetch(
    `${Deno.env.get("IPAI_API_URL")}/functions/v1/ipai-connector-${connector}`,
    {
      method: "POST",
      headers: {
        authorization: request.headers.get("authorization") ?? "",
        "content-type": "application/json",
      },
      body: await request.arrayBuffer(),
      redirect: "error",
    },
  );
  return new Response(answer.body, {
    status: answer.status,
    headers: { "content-type": answer.headers.get("content-type") ?? "application/json" },
  });
});
