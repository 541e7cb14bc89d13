package ai.ipai.governance.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.ipai.postgres.login.Login;
import ai.ipai.spi.error.IpaiException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What holds for secrets, whoever keeps them. */
abstract class VaultPromises extends VaultFixture {
  VaultPromises(boolean withSupabase) {
    super(withSupabase);
  }

  @Test
  void whatWasPutIsResolvedByWhomItIsGrantedTo() {
    SecretMetadata put = vault.put(ADMIN, REF, SecretValue.of("value-one"), "Odoo");
    assertThat(put.version()).isEqualTo(1);
    assertThat(put.store()).isEqualTo(withSupabase ? "supabase" : "envelope");
    vault.grant(ADMIN, REF, ODOO);
    vault.grant(ADMIN, REF, ODOO);
    assertThat(vault.resolve(ODOO, REF).reveal()).isEqualTo("value-one");
    assertThat(vault.list())
        .singleElement()
        .extracting(SecretMetadata::users)
        .isEqualTo(List.of(ODOO));
    assertRefused(
        VaultErrors.ALREADY_EXISTS, () -> vault.put(ADMIN, REF, SecretValue.of("x2345"), ""));
  }

  @Test
  void nobodyElseResolvesItAndEveryAttemptIsOnRecord() throws SQLException {
    putGranted("value-one");
    for (SecretUser other :
        List.of(
            SecretUser.connector("github"),
            SecretUser.agent("odoo"),
            SecretUser.role("ipai_platform_admin"))) {
      assertRefused(VaultErrors.NOT_AVAILABLE, () -> vault.resolve(other, REF));
    }
    assertRefused(
        VaultErrors.NOT_AVAILABLE, () -> vault.resolve(ODOO, new SecretRef("odoo/absent")));
    vault.resolve(ODOO, REF);
    vault.revoke(ADMIN, REF, ODOO);
    assertRefused(VaultErrors.NOT_AVAILABLE, () -> vault.resolve(ODOO, REF));
    assertThat(
            one(
                "select string_agg(decision || ' ' || principal, ',' order by id)"
                    + " from ipai.audit_log where action = 'secret.resolve'"))
        .isEqualTo(
            "deny connector:github,deny agent:odoo,deny role:ipai_platform_admin,"
                + "deny connector:odoo,allow connector:odoo,deny connector:odoo");
  }

  /** Row security decides the same without any help of the API. */
  @Test
  void rowSecurityHidesValuesFromTheControlPlaneItself() throws SQLException {
    putGranted("value-one");
    assertThat(control("select count(*) from ipai.secret_version", "")).isEqualTo("0");
    assertThat(control("select count(*) from ipai.secret_version", "ipai_data_engineer"))
        .isEqualTo("0");
    assertThat(control("select count(*) from ipai.secret_version", "ipai_platform_admin"))
        .isEqualTo("1");
    assertThatThrownBy(() -> control("delete from ipai.secret returning 1", "x").charAt(0))
        .isNotNull();
    for (Login login : Login.all()) {
      try (Connection connection = database.database().open(login);
          Statement statement = connection.createStatement()) {
        assertThatThrownBy(() -> statement.executeQuery("select * from ipai.secret_version"))
            .as(login.role())
            .hasMessageContaining("permission denied");
      }
    }
  }

  @Test
  void rolesDecideWhoMayChange() {
    SecretActor engineer = SecretActor.of("user:e", "ipai_data_engineer");
    SecretActor operator = SecretActor.of("user:o", "ipai_operator");
    SecretActor analyst = SecretActor.of("user:a", "ipai_analytics_engineer");
    SecretValue value = SecretValue.of("value-one");
    assertRefused(VaultErrors.NOT_ALLOWED, () -> vault.put(analyst, REF, value, ""));
    assertRefused(VaultErrors.NOT_ALLOWED, () -> vault.put(operator, REF, value, ""));
    vault.put(engineer, REF, value, "");
    assertRefused(VaultErrors.NOT_ALLOWED, () -> vault.grant(engineer, REF, ODOO));
    assertRefused(VaultErrors.NOT_ALLOWED, () -> vault.rotate(analyst, REF, value));
    assertThat(vault.rotate(operator, REF, SecretValue.of("value-two")).version()).isEqualTo(2);
    assertRefused(VaultErrors.NOT_ALLOWED, () -> vault.delete(engineer, REF));
    vault.delete(ADMIN, REF);
    assertRefused(VaultErrors.NO_SUCH_SECRET, () -> vault.delete(ADMIN, REF));
  }

  @Test
  @Tag("REQ-VAULT-004")
  void rotatingGivesANewVersionAndADeletedNameNeverReusesANumber() {
    putGranted("value-one");
    vault.rotate(ADMIN, REF, SecretValue.of("value-two"));
    assertThat(vault.resolve(ODOO, REF).reveal()).isEqualTo("value-two");
    vault.delete(ADMIN, REF);
    assertRefused(VaultErrors.NOT_AVAILABLE, () -> vault.resolve(ODOO, REF));
    assertThat(vault.put(ADMIN, REF, SecretValue.of("value-three"), "").version()).isEqualTo(3);
  }

  @Test
  void theDatabaseHoldsNoPlaintext() throws SQLException {
    putGranted("canary-value-one");
    String dump =
        one(
            "select string_agg(t::text, ' ') from (select s::text from ipai.secret s union all"
                + " select v::text from ipai.secret_version v union all select m::text from"
                + " ipai.secret_manifest m union all select a::text from ipai.audit_log a) as t (t)");
    assertThat(dump).doesNotContain("canary-value-one");
    assertThat(dump)
        .doesNotContain(
            java.util.HexFormat.of()
                .formatHex("canary-value".getBytes(java.nio.charset.StandardCharsets.UTF_8)));
  }

  @Test
  @Tag("REQ-VAULT-005")
  void swappedRowsDoNotDecrypt() throws SQLException {
    SecretRef other = new SecretRef("github/token");
    putGranted("value-one");
    vault.put(ADMIN, other, SecretValue.of("value-other"), "");
    sql("create table public.swapped as select * from ipai.secret_version");
    sql(
        "update ipai.secret_version v set wrapped_key = s.wrapped_key, ciphertext = s.ciphertext,"
            + " vault_id = s.vault_id, binding = s.binding from public.swapped s where s.name <> v.name");
    sql("drop table public.swapped");
    assertRefused(VaultErrors.UNREADABLE, () -> vault.resolve(ODOO, REF));
  }

  @Test
  void manyChangeAtOnceAndNoneIsLost() throws Exception {
    vault.put(ADMIN, REF, SecretValue.of("value-0"), "");
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> tasks = new ArrayList<>();
      for (int i = 1; i <= 10; i++) {
        SecretValue value = SecretValue.of("value-" + i);
        SecretRef own = new SecretRef("own/" + i);
        tasks.add(threads.submit(() -> vault.rotate(ADMIN, REF, value)));
        tasks.add(threads.submit(() -> vault.put(ADMIN, own, value, "")));
      }
      for (Future<?> task : tasks) {
        task.get();
      }
    }
    assertThat(vault.list()).hasSize(11);
    assertThat(vault.list().stream().filter(s -> s.ref().equals(REF)).findFirst())
        .get()
        .extracting(SecretMetadata::version)
        .isEqualTo(11);
    for (int i = 1; i <= 10; i++) {
      SecretRef own = new SecretRef("own/" + i);
      vault.grant(ADMIN, own, ODOO);
      assertThat(vault.resolve(ODOO, own).reveal()).isEqualTo("value-" + i);
    }
  }

  @Test
  void nothingIsResolvedWhenTheAuditCannotBeWritten() throws SQLException {
    putGranted("value-one");
    sql("alter table ipai.audit_log rename to audit_log_away");
    try {
      assertThatThrownBy(() -> vault.resolve(ODOO, REF)).isInstanceOf(IpaiException.class);
    } finally {
      sql("alter table ipai.audit_log_away rename to audit_log");
    }
  }
}
