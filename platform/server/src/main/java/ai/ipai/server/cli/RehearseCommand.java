package ai.ipai.server.cli;

import ai.ipai.connectors.file.FileConnectorType;
import ai.ipai.gateway.auth.AccountStore;
import ai.ipai.gateway.auth.PasswordHasher;
import ai.ipai.gateway.http.Json;
import ai.ipai.postgres.embedded.EmbeddedPostgres;
import ai.ipai.postgres.embedded.Folders;
import ai.ipai.postgres.login.Login;
import ai.ipai.server.DemoUsers;
import ai.ipai.server.Installation;
import ai.ipai.server.Platform;
import ai.ipai.server.PlatformConfig;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/**
 * A start, a sign-in, a governed read, a few pages and a stop on a database of its own, and two
 * files parsed: the launcher runs it after a build, so that the JVM can keep the classes that those
 * need. Not listed; nobody else needs it.
 */
@Command(name = "rehearse", hidden = true, description = "Rehearses a start for the AOT cache.")
final class RehearseCommand implements Callable<Integer> {
  private static final List<String> REQUESTS =
      List.of(
          "/health/live",
          "/health/ready",
          "/console",
          "/console/sign-in",
          "/api/v1/openapi.json",
          "/metrics");

  private static final DemoUsers.Person READER =
      new DemoUsers.Person(
          "rehearsal@example.com",
          "Rehearsal",
          "Reads one row.",
          List.of("ipai_platform_admin"),
          Map.of());

  private static final String TABLE =
      """
      create schema bronze_rehearsal;
      create table bronze_rehearsal.line as select 1 as id, 'one' as name, 1.5::numeric as amount;
      alter table bronze_rehearsal.line enable row level security;
      alter table bronze_rehearsal.line force row level security;
      create policy reader on bronze_rehearsal.line for select to authenticated
        using ((select ipai.has_role('ipai_platform_admin')));
      grant usage on schema bronze_rehearsal to authenticated, ipai_platform_admin;
      grant select on bronze_rehearsal.line to authenticated, ipai_platform_admin;
      """;

  private static final int HTTP_OK = 200;

  private final Terminal terminal;

  RehearseCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException, InterruptedException, SQLException {
    EmbeddedPostgres.prepareBinaries(Installation.preparedBinaries(terminal.root()));
    Path dataDir = Files.createTempDirectory("ipai-rehearsal");
    try {
      // Twice: the second start is the one that has to be fast.
      start(dataDir, true);
      start(dataDir, false);
      FileConnectorType.rehearse(dataDir);
    } finally {
      Folders.delete(dataDir);
    }
    return Cli.DONE;
  }

  private void start(Path dataDir, boolean first)
      throws IOException, InterruptedException, SQLException {
    try (Platform platform = Platform.start(PlatformConfig.embedded(terminal.root(), dataDir));
        HttpClient client = HttpClient.newHttpClient()) {
      for (String path : REQUESTS) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(platform.apiUrl() + path)).build();
        client.send(request, BodyHandlers.discarding());
      }
      if (first) {
        furnish(platform.installation());
      }
      readARow(platform.apiUrl(), client, dataDir);
    }
  }

  private static void furnish(Installation installation) throws SQLException {
    new DemoUsers(
            installation.config().dataDir(),
            new AccountStore(installation.control()),
            new PasswordHasher())
        .create(List.of(READER));
    try (Connection loader = installation.database().open(Login.LOADER);
        Statement statement = loader.createStatement()) {
      statement.execute(TABLE);
    }
  }

  private static void readARow(String api, HttpClient client, Path dataDir)
      throws IOException, InterruptedException {
    String password = DemoUsers.logins(dataDir).getFirst().password();
    String credentials = Json.text(Map.of("email", READER.email(), "password", password));
    HttpRequest signIn =
        HttpRequest.newBuilder(URI.create(api + "/auth/v1/token?grant_type=password"))
            .header("content-type", "application/json")
            .POST(BodyPublishers.ofString(credentials))
            .build();
    String session = client.send(signIn, BodyHandlers.ofString()).body();
    HttpRequest read =
        HttpRequest.newBuilder(URI.create(api + "/api/v1/tables/bronze_rehearsal/line/rows"))
            .header("authorization", "Bearer " + Json.read(session).path("access_token").asString())
            .build();
    int status = client.send(read, BodyHandlers.discarding()).statusCode();
    if (status != HTTP_OK) {
      throw new IllegalStateException("the rehearsed read was answered with " + status);
    }
  }
}
