package ai.ipai.ingest.writeback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.ipai.connectors.odoo.OdooConnectorType;
import ai.ipai.connectors.odoo.replay.Disturbance;
import ai.ipai.connectors.odoo.replay.OdooReplayServer;
import ai.ipai.governance.audit.AuditEntry;
import ai.ipai.governance.audit.Decision;
import ai.ipai.ingest.definition.ConnectorDefinition;
import ai.ipai.ingest.definition.ConnectorStore;
import ai.ipai.ingest.writeback.WriteItem.Status;
import ai.ipai.postgres.login.Login;
import ai.ipai.spi.connector.Cancellation;
import ai.ipai.spi.connector.ConnectorContext;
import ai.ipai.spi.connector.ConnectorErrors;
import ai.ipai.spi.connector.RecordTarget;
import ai.ipai.spi.connector.WritableConnector;
import ai.ipai.spi.error.ErrorCode;
import ai.ipai.spi.error.IpaiException;
import ai.ipai.testing.postgres.TestDatabase;
import ai.ipai.testing.postgres.TestPostgres;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** Promise 27, and all that comes before and after a write. */
@Tag("REQ-CON-052")
class WriteBackPostgresTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final boolean ALL = Boolean.getBoolean("ipai.test.all");
  private static final String FIELDS = "res.partner";

  private TestDatabase database;
  private OdooReplayServer odoo;
  private WriteBackRunner runner;
  private ConnectorDefinition definition;
  private final List<AuditEntry> audited = Collections.synchronizedList(new ArrayList<>());

  @BeforeEach
  void start() throws Exception {
    database = TestPostgres.create();
    odoo =
        OdooReplayServer.start(
            Path.of(System.getProperty("ipai.root", "../.."), "examples/company/sources/odoo18"),
            0,
            OdooReplayServer.fixed(OdooReplayServer.BEFORE_CHANGES),
            Map.of());
    definition =
        ConnectorDefinition.of(
            "erp",
            Map.of(
                "type",
                "odoo",
                "connection",
                Map.of(
                    "url",
                    odoo.url().toString(),
                    "database",
                    OdooReplayServer.DATABASE,
                    "login",
                    "admin",
                    "secret",
                    "secret://odoo/key",
                    "private_addresses",
                    true,
                    "write",
                    Map.of(
                        FIELDS,
                        List.of(
                            "name",
                            "ref",
                            "phone",
                            "comment",
                            "country_id",
                            "is_company",
                            "display_name")))));
    try (Connection connection = database.superuser();
        Statement statement = connection.createStatement()) {
      statement.execute("set role ipai_control");
      ConnectorStore.put(connection, definition);
    }
    runner =
        new WriteBackRunner(
            database.database(),
            (connection, entry) -> audited.add(entry),
            List.of(new OdooConnectorType()),
            (connector, reference) -> "admin",
            Clock.systemUTC(),
            Path.of("."));
  }

  @AfterEach
  void stop() {
    odoo.close();
    database.close();
  }

  private static Map<String, @Nullable Object> file(String rows, String... fields) {
    Map<String, @Nullable Object> file = new LinkedHashMap<>();
    Map<String, String> mapping = new LinkedHashMap<>();
    for (String field : fields) {
      mapping.put(field, field);
    }
    file.put("connector", "erp");
    file.put("model", FIELDS);
    file.put("operation", "upsert");
    file.put("key", "k");
    file.put("batch", 4L);
    file.put(
        "query", "select * from (values " + rows + ") v(k, " + String.join(", ", fields) + ")");
    file.put("mapping", mapping);
    return file;
  }

  private WriteBackPlan plan(Map<String, @Nullable Object> file, boolean dryRun) {
    return plan("partners", file, dryRun);
  }

  private WriteBackPlan plan(String job, Map<String, @Nullable Object> file, boolean dryRun) {
    return runner.plan(WriteJob.of(job, file), JSON.writeValueAsString(file), "user:ana", dryRun);
  }

  private UUID approved(Map<String, @Nullable Object> file) {
    return approved("partners", file);
  }

  private UUID approved(String job, Map<String, @Nullable Object> file) {
    UUID id = plan(job, file, false).id();
    runner.approve(id, "user:boss", Set.of("ipai_platform_admin"));
    return id;
  }

  private <T> T onOdoo(java.util.function.Function<RecordTarget, T> work) {
    try (WritableConnector connector =
        (WritableConnector)
            new OdooConnectorType()
                .open(
                    definition.settings(),
                    new ConnectorContext(
                        reference -> "admin",
                        Clock.systemUTC(),
                        new Cancellation(),
                        Path.of(".")))) {
      return work.apply(connector.target());
    }
  }

  private Map<String, RecordTarget.Found> made(List<String> keys, String... fields) {
    return onOdoo(
        target ->
            target.findByKey(
                FIELDS, keys.stream().map(key -> "partners_" + key).toList(), Set.of(fields)));
  }

  private long record(String key) {
    return Objects.requireNonNull(made(List.of(key), "phone").get("partners_" + key)).id();
  }

  /** How many records have this phone number, however they came. */
  private int count(String phone) {
    return onOdoo(
        target -> {
          try {
            return target.findByValue(FIELDS, "phone", phone, Set.of("name")).isPresent() ? 1 : 0;
          } catch (IpaiException severalOfThem) {
            return 2;
          }
        });
  }

  private void change(long id, Map<String, @Nullable Object> values) {
    onOdoo(
        target -> {
          target.update(FIELDS, id, values);
          return id;
        });
  }

  private static ErrorCode code(Runnable action) {
    IpaiException[] thrown = new IpaiException[1];
    assertThatThrownBy(action::run).isInstanceOfSatisfying(IpaiException.class, e -> thrown[0] = e);
    assertThat(thrown[0].hint()).isNotBlank();
    return thrown[0].code();
  }

  @Test
  void aDryRunShowsTheDifferenceFieldByFieldAndKeepsNothing() throws Exception {
    Map<String, @Nullable Object> existing =
        Objects.requireNonNull(
                onOdoo(target -> target.findById(FIELDS, List.of(3L), Set.of("name", "phone")))
                    .get(3L))
            .values();
    change(3, Map.of("ref", "R3"));
    Map<String, @Nullable Object> file =
        file(
            "('R3', '" + existing.get("name") + "', '+63 1'), ('R4', 'New', '+63 2')",
            "name",
            "phone");
    file.put("match", "ref");
    WriteBackPlan plan = plan(file, true);
    assertThat(plan.items()).hasSize(2);
    assertThat(plan.items().getFirst().before())
        .as("only what changes")
        .containsOnlyKeys("phone")
        .containsEntry("phone", existing.get("phone"));
    assertThat(plan.items().getFirst().after()).containsEntry("phone", "+63 1");
    assertThat(plan.items().getLast().creates()).isTrue();
    assertThat(code(() -> runner.show(plan.id()))).isEqualTo(WriteBackErrors.NOT_FOUND);
    assertThat(count("+63 1") + count("+63 2")).isZero();
  }

  @Test
  void nothingIsSentWithoutApprovalByTheRole() {
    UUID id = plan(file("('a', 'A', '+1')", "name", "phone"), false).id();
    assertThat(code(() -> runner.apply(id, "user:ana", Steps.none())))
        .isEqualTo(WriteBackErrors.NOT_APPROVED);
    assertThat(code(() -> runner.approve(id, "user:ana", Set.of("ipai_bi_developer"))))
        .isEqualTo(WriteBackErrors.APPROVER);
    assertThat(audited)
        .extracting(AuditEntry::decision)
        .containsExactly(Decision.ALLOW, Decision.DENY, Decision.DENY);
    assertThat(count("+1")).isZero();
    runner.approve(id, "user:boss", Set.of("ipai_platform_admin"));
    assertThat(runner.apply(id, "job:partners", Steps.none()).status()).isEqualTo("applied");
    assertThat(count("+1")).isOne();
    assertThat(audited.getLast().action()).isEqualTo("record.create");
    assertThat(code(() -> runner.apply(id, "job:partners", Steps.none())))
        .isEqualTo(WriteBackErrors.STATE);
  }

  @Test
  void fieldsThatAreNotAllowedOrComputedAreRefused() {
    assertThat(code(() -> plan(file("('a', 'x')", "email"), true)))
        .isEqualTo(ConnectorErrors.NOT_WRITABLE);
    assertThat(code(() -> plan(file("('a', 'x')", "display_name"), true)))
        .isEqualTo(ConnectorErrors.NOT_WRITABLE);
    Map<String, @Nullable Object> other = file("('a', 'x')", "name");
    other.put("model", "res.users");
    assertThat(code(() -> plan(other, true))).isEqualTo(ConnectorErrors.NOT_WRITABLE);
    assertThat(code(() -> plan(file("('a', 'x'), ('a', 'y')", "name"), true)))
        .isEqualTo(WriteBackErrors.JOB);
  }

  @Test
  void aLostAnswerIsLookedUpAndNotRepeated() {
    UUID id = approved(file("('a', 'A', '+10'), ('b', 'B', '+11')", "name", "phone"));
    List<Steps.Step> seen = new ArrayList<>();
    runner.apply(
        id,
        "job:partners",
        step -> {
          seen.add(step);
          if (step == Steps.Step.LOOKED_UP && seen.size() == 2) {
            odoo.disturb(Disturbance.LOST, 1);
          }
        });
    assertThat(seen).as("the call itself gave no answer").doesNotContain(Steps.Step.CALLED);
    assertThat(List.of(count("+10"), count("+11"))).containsExactly(1, 1);
    odoo.disturb(Disturbance.SERIALIZATION, 2);
    UUID second = approved(file("('a', 'A', '+12')", "name", "phone"));
    odoo.disturb(Disturbance.SERIALIZATION, 2);
    assertThat(runner.apply(second, "job:partners", Steps.none()).status()).isEqualTo("applied");
    assertThat(count("+12")).isOne();
  }

  @Test
  void theBadRecordIsFoundAndTheOthersAreWritten() {
    UUID id =
        approved(
            file(
                "('a', 'A', 176), ('b', 'B', 999999), ('c', 'C', 176), ('d', 'D', 176), ('e', 'E', null)",
                "name",
                "country_id"));
    WriteBackReport report = runner.apply(id, "job:partners", Steps.none());
    assertThat(report.status()).isEqualTo("partial");
    assertThat(report.items())
        .extracting(WriteItem::status)
        .containsExactly(Status.DONE, Status.FAILED, Status.DONE, Status.DONE, Status.DONE);
    assertThat(report.items().get(1).error()).contains("country_id").doesNotContain("999999");
    assertThat(made(List.of("a", "b", "c", "d", "e"), "name")).hasSize(4);
  }

  @Test
  void whatSomebodyChangedSinceThePlanIsLeftAlone() {
    runner.apply(approved(file("('a', 'A', '+20')", "name", "phone")), "job", Steps.none());
    UUID id = approved(file("('a', 'A', '+21')", "name", "phone"));
    long record = record("a");
    change(record, Map.of("phone", "+99"));
    WriteBackReport report = runner.apply(id, "job", Steps.none());
    assertThat(report.items()).extracting(WriteItem::status).containsExactly(Status.CONFLICT);
    assertThat(count("+99")).isOne();
  }

  @Test
  void whatOdooKeepsOtherwiseIsSaid() {
    WriteBackPlan plan =
        plan(file("('a', 'A', '<p>x</p><script>y</script>')", "name", "comment"), false);
    assertThat(plan.notes()).singleElement().asString().contains("comment");
    runner.approve(plan.id(), "user:boss", Set.of("ipai_platform_admin"));
    WriteBackReport report = runner.apply(plan.id(), "job", Steps.none());
    assertThat(report.items().getFirst().status()).isEqualTo(Status.DIFFERS);
    assertThat(report.items().getFirst().readBack()).containsEntry("comment", "<p>x</p>");
  }

  @Test
  void undoPutsBackWhatNobodyChangedSince() {
    UUID first =
        approved(file("('a', 'A', '+30'), ('b', 'B', '+31'), ('c', 'C', '+32')", "name", "phone"));
    runner.apply(first, "job", Steps.none());
    UUID second =
        approved(file("('a', 'A', '+40'), ('b', 'B', '+41'), ('d', 'D', '+42')", "name", "phone"));
    runner.apply(second, "job", Steps.none());
    change(record("b"), Map.of("phone", "+77"));
    WriteBackReport report = runner.undo(second, "user:boss", Steps.none());
    assertThat(report.count(Status.UNDONE)).isEqualTo(2);
    assertThat(report.count(Status.UNDO_CONFLICT)).isOne();
    assertThat(List.of(count("+30"), count("+77"), count("+32"), count("+42")))
        .containsExactly(1, 1, 1, 0);
  }

  @Test
  void anUndoThatLeftRecordsAloneIsPartialAndMayBeRepeated() {
    UUID id = approved(file("('a', 'A', '+80'), ('b', 'B', '+81')", "name", "phone"));
    runner.apply(id, "job", Steps.none());
    change(record("b"), Map.of("phone", "+88"));
    assertThat(runner.undo(id, "user:boss", Steps.none()).status()).isEqualTo("partial");
    assertThat(List.of(count("+80"), count("+88"))).containsExactly(0, 1);
    change(record("b"), Map.of("phone", "+81"));
    WriteBackReport again = runner.undo(id, "user:boss", Steps.none());
    assertThat(again.status()).isEqualTo("undone");
    assertThat(again.items()).extracting(WriteItem::status).containsOnly(Status.UNDONE);
    assertThat(count("+81")).isZero();
  }

  @Test
  void anApplyThatStoppedMidwayCanBeUndone() {
    runner.apply(approved(file("('u', 'U', '+90')", "name", "phone")), "job", Steps.none());
    for (Steps.Step stop : List.of(Steps.Step.CALLED, Steps.Step.STORED)) {
      Map<String, @Nullable Object> file =
          file("('a', 'A', '+91'), ('b', 'B', '+92'), ('u', 'U', '+93')", "name", "phone");
      file.put("batch", 1L);
      UUID id = approved(file);
      assertThatThrownBy(
              () ->
                  runner.apply(
                      id,
                      "job",
                      step -> {
                        if (step == stop) {
                          throw new IllegalStateException("stopped");
                        }
                      }))
          .hasMessage("stopped");
      assertThat(runner.show(id).status()).isEqualTo("applying");
      WriteBackReport report = runner.undo(id, "user:boss", Steps.none());
      assertThat(report.status()).as("stopped when %s", stop).isEqualTo("undone");
      assertThat(report.items()).extracting(WriteItem::status).containsOnly(Status.UNDONE);
      assertThat(List.of(count("+90"), count("+91"), count("+92"), count("+93")))
          .containsExactly(1, 0, 0, 0);
      assertThat(code(() -> runner.apply(id, "job", Steps.none())))
          .isEqualTo(WriteBackErrors.STATE);
    }
  }

  @Test
  void anUpdateWhoseAnswerWasLostIsUndoneToo() {
    runner.apply(approved(file("('u', 'U', '+90')", "name", "phone")), "job", Steps.none());
    UUID id = approved(file("('u', 'U', '+93')", "name", "phone"));
    assertThatThrownBy(
            () ->
                runner.apply(
                    id,
                    "job",
                    step -> {
                      if (step == Steps.Step.CALLED) {
                        throw new IllegalStateException("stopped");
                      }
                    }))
        .hasMessage("stopped");
    assertThat(count("+93")).isOne();
    assertThat(runner.undo(id, "user:boss", Steps.none()).status()).isEqualTo("undone");
    assertThat(List.of(count("+90"), count("+93"))).containsExactly(1, 0);
  }

  @Test
  void jobsWhoseNamesAndKeysMeetWriteRecordsOfTheirOwn() throws Exception {
    runner.apply(
        approved("part", file("('ners_1', 'A', '+61')", "name", "phone")), "job", Steps.none());
    runner.apply(
        approved("part_ners", file("('1', 'B', '+62')", "name", "phone")), "job", Steps.none());
    assertThat(List.of(count("+61"), count("+62"))).containsExactly(1, 1);
    Map<String, @Nullable Object> again = file("('1', 'B', '+63')", "name", "phone");
    runner.apply(approved("part_ners", again), "job", Steps.none());
    assertThat(List.of(count("+61"), count("+62"), count("+63"))).containsExactly(1, 0, 1);
  }

  @Test
  void aRecordUnderItsEarlierKeyIsStillItsJobs() throws Exception {
    UUID before = UUID.randomUUID();
    try (Connection connection = database.superuser();
        Statement statement = connection.createStatement()) {
      statement.execute(
          """
          insert into ipai.write_back (id, job, connector, model, definition, status, planned_by, approved_by)
          values ('%1$s', 'eu_part', 'erp', 'res.partner', '{}', 'applied', 'user:ana', 'user:boss');
          insert into ipai.write_back_item (write_back, seq, key, operation, record_id, after, status)
          values ('%1$s', 1, 'eu_part_7', 'create', 1, '{}', 'done')
          """
              .formatted(before));
    }
    onOdoo(
        target -> {
          target.create(
              FIELDS,
              List.of(new RecordTarget.Wanted("eu_part_7", Map.of("name", "E", "phone", "+71"))));
          return 0;
        });
    Map<String, @Nullable Object> file = file("('7', 'E', '+72')", "name", "phone");
    WriteBackPlan plan = plan("eu_part", file, true);
    assertThat(plan.items()).singleElement().extracting(WriteItem::creates).isEqualTo(false);
  }

  @Test
  void killedAtEveryStepThereIsExactlyOneRecordAndNoWriteIsLost() throws Exception {
    runner.apply(
        approved(file("('u1', 'U', '+50'), ('u2', 'U', '+51')", "name", "phone")),
        "job",
        Steps.none());
    int kills = 0;
    int most = ALL ? 200 : 16;
    for (int step = 1; step <= most; step++) {
      String tag = "s" + step;
      String rows =
          "('u1', 'U', '+5%1$d1'), ('u2', 'U', '+5%1$d2'), ('%2$sa', 'A', '+6%1$d1'), ('%2$sb', 'B', '+6%1$d2')"
              .formatted(1000 + step, tag);
      UUID id = approved(file(rows, "name", "phone"));
      int exit = child("apply", id, step);
      kills += exit == 137 ? 1 : 0;
      if (exit != 0) {
        assertThat(child("apply", id, -1)).isZero();
      }
      WriteBackReport report = runner.show(id);
      assertThat(report.status()).isEqualTo("applied");
      assertThat(report.items()).extracting(WriteItem::status).containsOnly(Status.DONE);
      for (String phone : List.of("+5%d1", "+5%d2", "+6%d1", "+6%d2")) {
        assertThat(count(phone.formatted(1000 + step))).as("step %d", step).isOne();
      }
      if (exit == 0) {
        break;
      }
    }
    assertThat(kills).isGreaterThanOrEqualTo(10);
  }

  private int child(String what, UUID id, int dies) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(
            ProcessHandle.current().info().command().orElse("java"),
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Xmx256m",
            "-cp",
            System.getProperty("java.class.path"),
            WriteBackChild.class.getName(),
            what,
            id.toString(),
            "" + dies);
    builder.environment().put("LOADER_URL", database.database().url(Login.LOADER).revealed());
    Process child = builder.redirectErrorStream(true).start();
    List<String> said = child.inputReader().lines().toList();
    assertThat(child.waitFor(2, TimeUnit.MINUTES)).isTrue();
    assertThat(child.exitValue()).as(String.join("\n", said)).isIn(0, 137);
    return child.exitValue();
  }

  @Test
  void valuesOfTheOutboxAreNotForEverybody() throws Exception {
    runner.apply(approved(file("('a', 'A', '+70')", "name", "phone")), "job", Steps.none());
    assertThat(seen(Login.SERVER, "ipai_bi_developer")).isEmpty();
    assertThat(seen(Login.SERVER, "ipai_auditor")).isEmpty();
    assertThat(seen(Login.SERVER, "ipai_data_engineer")).hasSize(1);
    assertThat(seen(Login.SQL_BI_DEVELOPER, "")).isEmpty();
  }

  private List<String> seen(Login login, String role) throws Exception {
    List<String> seen = new ArrayList<>();
    try (Connection connection = database.database().open(login);
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      if (!role.isEmpty()) {
        statement.execute("set local role authenticated");
        statement.execute(
            "set local request.jwt.claims = '{\"role\": \"authenticated\", \"app_metadata\": {\"ipai_roles\": [\"%s\"]}}'"
                .formatted(role));
      }
      try (var rows = statement.executeQuery("select after::text from ipai.write_back_item")) {
        while (rows.next()) {
          seen.add(rows.getString(1));
        }
      } catch (java.sql.SQLException denied) {
        assertThat(denied.getSQLState()).isEqualTo("42501");
      }
      connection.rollback();
    }
    return seen;
  }
}
