package ai.ipai.server;

import static org.assertj.core.api.Assertions.assertThat;

import ai.ipai.gateway.auth.AccountStore;
import ai.ipai.gateway.auth.PasswordHasher;
import ai.ipai.gateway.http.Json;
import ai.ipai.postgres.PostgresClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Promise 36, from outside: entries are decisions, and nothing is answered unrecorded. */
class AuditedDecisionsPlatformTest {
  @TempDir private static Path dataDir = Path.of("");

  @SuppressWarnings("NullAway.Init") // set before every test
  private static RunningPlatform running;

  @SuppressWarnings("NullAway.Init") // set before every test
  private static DemoUsers.Login alma;

  @BeforeAll
  static void start() throws Exception {
    running = RunningPlatform.embedded(dataDir);
    AccountStore accounts = new AccountStore(running.platform.installation().control());
    alma =
        new DemoUsers(dataDir, accounts, new PasswordHasher())
            .create(
                List.of(
                    new DemoUsers.Person(
                        "alma@example.com", "alma", "", List.of("ipai_auditor"), Map.of())))
            .getFirst();
  }

  @AfterAll
  static void stop() {
    running.close();
  }

  private record Call(String path, String role, int status, String decision) {}

  private static final List<Call> CALLS =
      List.of(
          new Call(RunningPlatform.OPEN, "ipai_bi_developer", 200, "allow"),
          new Call(RunningPlatform.OPEN, "ipai_operator", 404, "deny"),
          new Call(RunningPlatform.CLOSED, "ipai_bi_developer", 404, "deny"),
          new Call(RunningPlatform.CLOSED, "ipai_platform_admin", 200, "allow"),
          new Call("/api/v1/tables/gold_finance/absent/rows", "ipai_auditor", 404, "deny"),
          new Call("/api/v1/tables/ipai/secret/rows", "ipai_platform_admin", 404, "deny"),
          new Call("/api/v1/dashboards/absent", "ipai_bi_developer", 404, "deny"),
          new Call("/api/v1/audit", "ipai_bi_developer", 403, "deny"),
          new Call("/api/v1/audit", "ipai_auditor", 200, "allow"),
          new Call(
              "/api/v1/explain-access?object=gold_finance.profit",
              "ipai_bi_developer",
              200,
              "allow"));

  @Test
  @Tag("REQ-AUDIT-010")
  void entriesAreDecisionsDenialsIncludedUnderConcurrentCalls() throws Exception {
    Map<String, String> decided = new ConcurrentHashMap<>();
    int rounds = 20;
    try (ExecutorService callers = Executors.newFixedThreadPool(8)) {
      List<Future<?>> calls = new ArrayList<>();
      for (int round = 0; round < rounds; round++) {
        for (int i = 0; i < CALLS.size(); i++) {
          Call call = CALLS.get(i);
          String id = "decided-" + round + "-" + i;
          calls.add(
              callers.submit(
                  () -> {
                    HttpResponse<String> answer =
                        running.get(call.path(), running.token(call.role()), id);
                    assertThat(answer.statusCode()).as(call.toString()).isEqualTo(call.status());
                    decided.put(id, call.decision());
                    return null;
                  }));
        }
      }
      for (Future<?> call : calls) {
        call.get();
      }
    }
    assertThat(decided).hasSize(rounds * CALLS.size());
    assertThat(entries("decided-%")).isEqualTo(new TreeMap<>(decided));
    assertThat(
            running.column("select count(*) from ipai.audit_log where request_id like 'decided-%'"))
        .as("one entry a decision, no more")
        .containsExactly("" + decided.size());
  }

  private static Map<String, String> entries(String like) throws SQLException {
    Map<String, String> entries = new TreeMap<>();
    for (String entry :
        running.column(
            "select request_id || ' ' || decision from ipai.audit_log where request_id like '"
                + like
                + "'")) {
      entries.put(entry.split(" ", 2)[0], entry.split(" ", 2)[1]);
    }
    return entries;
  }

  private static HttpResponse<String> signIn(String password, String id) throws Exception {
    return running.send(
        running
            .request("/auth/v1/token?grant_type=password", "", id)
            .POST(
                BodyPublishers.ofString(
                    Json.text(Map.of("email", alma.email(), "password", password)))));
  }

  private static HttpResponse<String> refresh(String token, String id) throws Exception {
    return running.send(
        running
            .request("/auth/v1/token?grant_type=refresh_token", "", id)
            .POST(BodyPublishers.ofString(Json.text(Map.of("refresh_token", token)))));
  }

  @Test
  @Tag("REQ-AUDIT-010")
  void everySignInRefreshAndTheirRefusalsHaveAnEntry() throws Exception {
    JsonNode session = Json.read(signIn(alma.password(), "session-in").body());
    signIn("wrong", "session-wrong");
    assertThat(refresh(session.path("refresh_token").asString(), "session-renewed").statusCode())
        .isEqualTo(200);
    assertThat(refresh("made-up", "session-made-up").statusCode()).isEqualTo(400);
    assertThat(entries("session-%"))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "session-in", "allow",
                "session-wrong", "deny",
                "session-renewed", "allow",
                "session-made-up", "deny"));
  }

  /** Whatever breaks the audit: each in turn, with what mends it. */
  private static final Map<String, String> BROKEN =
      Map.of(
          "create function public.no_room() returns trigger language plpgsql"
              + " as $$begin raise exception 'disk is full' using errcode = '53100'; end$$;"
              + " create trigger no_room before insert on ipai.audit_log for each row"
              + " execute function public.no_room()",
          "drop trigger no_room on ipai.audit_log; drop function public.no_room()",
          "create function public.broken() returns trigger language plpgsql"
              + " as $$begin raise exception 'broken'; end$$;"
              + " create trigger broken before insert on ipai.audit_log for each row"
              + " execute function public.broken()",
          "drop trigger broken on ipai.audit_log; drop function public.broken()",
          "revoke insert on ipai.audit_log from ipai_control",
          "grant insert on ipai.audit_log to ipai_control");

  @Test
  @Tag("REQ-AUDIT-004")
  void whatCannotBeRecordedIsNotAnswered() throws Exception {
    String session =
        Json.read(signIn(alma.password(), "before").body()).path("refresh_token").asString();
    for (Map.Entry<String, String> broken : BROKEN.entrySet()) {
      superuser(broken.getKey());
      try {
        for (Call call : CALLS) {
          HttpResponse<String> answer =
              running.get(call.path(), running.token(call.role()), "unrecorded");
          assertThat(answer.statusCode()).as(call + " " + broken.getKey()).isEqualTo(503);
          assertThat(answer.headers().firstValue("Retry-After")).isPresent();
          assertThat(answer.body())
              .contains("\"code\":\"AUD-001\"")
              .doesNotContain("rows", "USD", "Partner", "trigger", "broken", "no_room");
        }
        HttpResponse<String> in = signIn(alma.password(), "unrecorded");
        assertThat(in.statusCode()).isEqualTo(503);
        assertThat(in.body()).doesNotContain("access_token");
        HttpResponse<String> renewed = refresh(session, "unrecorded");
        assertThat(renewed.statusCode()).isEqualTo(503);
        assertThat(renewed.body()).doesNotContain("access_token");
      } finally {
        superuser(broken.getValue());
      }
      assertThat(
              running
                  .get(RunningPlatform.OPEN, running.token("ipai_bi_developer"), "mended")
                  .statusCode())
          .isEqualTo(200);
    }
    assertThat(refresh(session, "after").statusCode())
        .as("a renewal that was not recorded did not happen")
        .isEqualTo(200);
    assertThat(entries("unrecorded")).isEmpty();
  }

  private static void superuser(String sql) throws Exception {
    try (Connection connection =
            PostgresClient.open(RunningPlatform.superuser(dataDir, running.platform), "test");
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
