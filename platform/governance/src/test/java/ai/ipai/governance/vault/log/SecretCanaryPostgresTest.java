package ai.ipai.governance.vault.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ai.ipai.governance.audit.AuditEntry;
import ai.ipai.governance.audit.AuditLog;
import ai.ipai.governance.audit.AuditReads;
import ai.ipai.governance.vault.DatabaseVault;
import ai.ipai.governance.vault.SecretActor;
import ai.ipai.governance.vault.SecretRef;
import ai.ipai.governance.vault.SecretScrubber;
import ai.ipai.governance.vault.SecretUser;
import ai.ipai.governance.vault.SecretValue;
import ai.ipai.governance.vault.Watermark;
import ai.ipai.spi.error.IpaiException;
import ai.ipai.testing.postgres.TestDatabase;
import ai.ipai.testing.postgres.TestPostgres;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.encoder.Encoder;
import java.io.ByteArrayOutputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Twenty canaries go through everything that writes text; none comes out. */
@Tag("REQ-VAULT-006")
final class SecretCanaryPostgresTest {
  private static final SecretActor ADMIN = SecretActor.of("user:admin", "ipai_platform_admin");
  private static final SecretUser ODOO = SecretUser.connector("odoo");

  @Test
  void noCanaryLeavesTheProcess() throws Exception {
    SecretScrubber scrubber = ScrubbingEncoder.SCRUBBER;
    ByteArrayOutputStream logged = new ByteArrayOutputStream();
    LoggerContext context = new LoggerContext();
    context.setMDCAdapter(new LogbackMDCAdapter());
    context.start();
    Logger logger = context.getLogger("canary");
    attach(context, logger, pattern(context), logged);
    attach(context, logger, new JsonEncoder(), logged);
    List<String> canaries = new ArrayList<>();
    try (TestDatabase database = TestPostgres.create();
        AuditReads reads =
            new AuditReads(database.database(), scrubber, AuditReads.Config.DEFAULT)) {
      AuditLog audit = new AuditLog(reads, scrubber);
      DatabaseVault vault =
          new DatabaseVault(
              database.database(), database.masterKey(), Watermark.inMemory(), audit, scrubber);
      for (int i = 0; i < 20; i++) {
        String canary = "canary-" + i + "/\"ü+&=%s'\\" + Long.toHexString(i * 7919L) + "~end";
        canaries.add(canary);
        SecretRef ref = new SecretRef("canary/" + i);
        vault.put(ADMIN, ref, SecretValue.of(canary), "");
        vault.grant(ADMIN, ref, ODOO);
        String value = vault.resolve(ODOO, ref).reveal();
        IpaiException refused =
            catchThrowableOfType(
                IpaiException.class, () -> vault.put(ADMIN, ref, SecretValue.of(value), value));
        assertThat(refused.getMessage() + refused.facts() + refused.hint())
            .doesNotContain("canary-" + i + "/");
        for (String form : forms(value)) {
          logger.info("calling with {} and {}", form, List.of(form));
          logger.error(form, new IllegalStateException(form, new SQLException("near " + form)));
          context.getLogger("canary").atWarn().addKeyValue("key", form).log("structured");
          audit.denied(
              AuditEntry.of("connector.call " + form)
                  .principal("user:" + form)
                  .deny(form)
                  .detail(form, List.of(form))
                  .build());
        }
        failInTheDatabase(database, "select length(?) / 0", value);
      }
      String everything =
          logged.toString(StandardCharsets.UTF_8) + auditText(database) + serverLogs(database);
      assertThat(everything).contains("calling with ***").contains("secret.put");
      for (String canary : canaries) {
        for (String form : forms(canary)) {
          assertThat(everything).doesNotContain(form);
        }
      }
      assertThat(everything).doesNotContain("~end").doesNotContain("canary-");
    }
  }

  private static List<String> forms(String value) {
    String url = URLEncoder.encode(value, StandardCharsets.UTF_8);
    return List.of(
        value,
        url,
        url.replace("+", "%20"),
        Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8)));
  }

  private static Encoder<ILoggingEvent> pattern(LoggerContext context) {
    PatternLayoutEncoder pattern = new PatternLayoutEncoder();
    pattern.setContext(context);
    pattern.setPattern("%level %logger %msg %kvp %mdc%n");
    return pattern;
  }

  private static void attach(
      LoggerContext context,
      Logger logger,
      Encoder<ILoggingEvent> wrapped,
      ByteArrayOutputStream out) {
    ScrubbingEncoder encoder = new ScrubbingEncoder();
    encoder.setContext(context);
    encoder.setEncoder(wrapped);
    encoder.start();
    OutputStreamAppender<ILoggingEvent> appender = new OutputStreamAppender<>();
    appender.setContext(context);
    appender.setEncoder(encoder);
    appender.setOutputStream(out);
    appender.start();
    logger.addAppender(appender);
  }

  private static void failInTheDatabase(TestDatabase database, String sql, String value)
      throws SQLException {
    try (Connection connection = database.database().open(ai.ipai.postgres.login.Login.SERVER);
        var statement = connection.prepareStatement(sql)) {
      statement.setString(1, value);
      SQLException refused = catchThrowableOfType(SQLException.class, statement::executeQuery);
      assertThat(refused.getSQLState()).startsWith("22");
    }
  }

  private static String auditText(TestDatabase database) throws SQLException {
    return one(database, "select string_agg(a::text, ' ') from ipai.audit_log a");
  }

  private static String serverLogs(TestDatabase database) throws Exception {
    Path cluster = Path.of(one(database, "show data_directory"));
    StringBuilder text = new StringBuilder();
    try (Stream<Path> files = Files.walk(cluster.resolve("log"))) {
      for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
        text.append(Files.readString(file, StandardCharsets.ISO_8859_1));
      }
    }
    return text.toString();
  }

  private static String one(TestDatabase database, String sql) throws SQLException {
    try (Connection superuser = database.superuser();
        Statement statement = superuser.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getString(1);
    }
  }
}
