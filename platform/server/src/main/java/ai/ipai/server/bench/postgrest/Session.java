package ai.ipai.server.bench.postgrest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/** One case under way: its server, and what went to and fro. */
final class Session implements AutoCloseable {
  private final URI server;
  private final WireClient client;
  private final List<Exchanged> exchanged = new ArrayList<>();

  /** A request and what came back. */
  record Exchanged(Request request, Response response) {}

  Session(URI server) {
    this.server = server;
    this.client = new WireClient(server);
  }

  /** For what a case does at the same time. */
  Session another() {
    return new Session(server);
  }

  Response exchange(Request request) {
    try {
      Response response = client.exchange(request);
      exchanged.add(new Exchanged(request, response));
      return response;
    } catch (IOException failed) {
      throw new UncheckedIOException(request.method() + " " + request.target(), failed);
    }
  }

  List<Exchanged> exchanged() {
    return List.copyOf(exchanged);
  }

  @Override
  public void close() {
    client.close();
  }
}
