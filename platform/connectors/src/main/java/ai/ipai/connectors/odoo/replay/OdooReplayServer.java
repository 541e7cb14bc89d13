package ai.ipai.connectors.odoo.replay;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The replay server on a loopback port. Begins with the records as they were before the recorded
 * business changes; {@link #applyChanges} moves to those after. Thread-safe.
 */
public final class OdooReplayServer implements AutoCloseable {
  /** The only database. */
  public static final String DATABASE = "odoo18";

  /** When the first snapshot was taken: after its last write, before the first change. */
  public static final Instant BEFORE_CHANGES = Instant.parse("2026-11-23T08:24:34Z");

  /** A moment after the last recorded change. */
  public static final Instant AFTER_CHANGES = Instant.parse("2026-11-23T08:30:00Z");

  private final Path folder;
  private final ReplayHttp http;
  private volatile Recording recording;
  private volatile Clock clock;
  private volatile String version = "18.0";

  private OdooReplayServer(Path folder, int port, Clock clock, Map<String, String> keys)
      throws IOException {
    this.folder = folder;
    this.clock = clock;
    this.recording = Recording.before(folder);
    JsonRpcEndpoint endpoint =
        new JsonRpcEndpoint(DATABASE, () -> recording, users(), keys, () -> version);
    OtherEndpoints others = new OtherEndpoints(endpoint, () -> version);
    this.http = new ReplayHttp(port, () -> this.clock, endpoint::answer, others);
  }

  /**
   * Starts on a port of 127.0.0.1.
   *
   * @param folder the recording, such as {@code examples/company/sources/odoo18}
   * @param port 0 for any free one
   * @param clock what the HTTP header Date says; see {@link #demoClock}
   * @param keys API keys accepted beside the passwords, by login
   */
  public static OdooReplayServer start(Path folder, int port, Clock clock, Map<String, String> keys)
      throws IOException {
    OdooReplayServer server = new OdooReplayServer(folder, port, clock, keys);
    server.http.start();
    return server;
  }

  /** The system's clock, or one set to after the recording where the system's is behind it. */
  public static Clock demoClock() {
    Clock system = Clock.systemUTC();
    Duration behind = Duration.between(system.instant(), AFTER_CHANGES);
    return behind.isNegative() ? system : Clock.offset(system, behind);
  }

  /** A clock that stands still, for tests. */
  public static Clock fixed(Instant instant) {
    return Clock.fixed(instant, ZoneOffset.UTC);
  }

  /** From now on answers are those after the recorded business changes. */
  public void applyChanges() {
    recording = Recording.after(folder);
  }

  /** As what it gives itself out; from 19 on there is {@code /json/2}. */
  public void setVersion(String next) {
    version = next;
  }

  public void setClock(Clock next) {
    clock = next;
  }

  /** The next requests fail so, then all is well again. */
  public void disturb(Disturbance disturbance, int requests) {
    http.disturb(disturbance, requests);
  }

  /** Calls of this method are not answered any more, as if the server had hung up on them. */
  public void hold(String method) {
    http.hold(method);
  }

  /** Gives a model another stored field, as installing a module does. */
  public void addField(String model, String name, String type) {
    recording.add(model, name, type);
  }

  /**
   * Shows the administrator an API key of his, as {@code res.users.apikeys} does.
   *
   * @param made as Odoo writes times
   * @param ends the same, or false for never
   */
  public void showKey(String name, String made, Object ends) {
    recording.addKey(name, made, ends);
  }

  /** Shows a module as installed. */
  public void showModule(String name, String author, String licence) {
    recording.addModule(name, author, licence);
  }

  public int port() {
    return http.port();
  }

  public URI url() {
    return URI.create("http://127.0.0.1:" + port());
  }

  /** Requests answered so far. */
  public long requests() {
    return http.requests();
  }

  private Map<String, ReplayUser> users() throws IOException {
    JsonNode rights = Recording.JSON.readTree(Files.readString(folder.resolve("rights.json")));
    Map<String, ReplayUser> users = new HashMap<>();
    for (ObjectNode row : recording.model("res.users").records().values()) {
      if (row.path("active").booleanValue(false)) {
        ReplayUser user = ReplayUser.of(row, rights);
        users.put(user.login(), user);
      }
    }
    return users;
  }

  @Override
  public void close() {
    http.close();
  }
}
