package ai.ipai.governance.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import ai.ipai.postgres.login.MasterKey;
import ai.ipai.spi.error.IpaiException;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What holds where the vault is put back, or its key changed or lost, whoever keeps it. */
abstract class VaultKeyPromises extends VaultFixture {
  VaultKeyPromises(boolean withSupabase) {
    super(withSupabase);
  }

  @Test
  void aRowPutBackIsRefused() throws SQLException {
    putGranted("value-one");
    vault.rotate(ADMIN, REF, SecretValue.of("value-two"));
    sql("update ipai.secret set current_version = 1");
    assertRefused(VaultErrors.ROLLED_BACK, () -> vault.resolve(ODOO, REF));
    // The old value under the new number as well.
    sql("update ipai.secret set current_version = 2");
    sql(
        "update ipai.secret_version v set wrapped_key = o.wrapped_key, ciphertext = o.ciphertext,"
            + " vault_id = o.vault_id, binding = o.binding"
            + " from ipai.secret_version o where v.version = 2 and o.version = 1");
    assertRefused(VaultErrors.UNREADABLE, () -> vault.resolve(ODOO, REF));
  }

  @Test
  void theWholeVaultPutBackIsRefusedUntilSomebodyAcceptsIt() throws SQLException {
    putGranted("value-one");
    for (String table : List.of("secret", "secret_version", "secret_grant", "secret_manifest")) {
      sql("create table public." + table + "_then as table ipai." + table);
    }
    vault.rotate(ADMIN, REF, SecretValue.of("value-two"));
    sql("truncate ipai.secret, ipai.secret_version, ipai.secret_grant, ipai.secret_manifest");
    for (String table : List.of("secret", "secret_version", "secret_grant", "secret_manifest")) {
      sql("insert into ipai." + table + " select * from public." + table + "_then");
      sql("drop table public." + table + "_then");
    }
    assertRefused(VaultErrors.ROLLED_BACK, () -> vault.resolve(ODOO, REF));
    assertRefused(
        VaultErrors.ROLLED_BACK,
        () -> vault(database.masterKey(), new FileWatermark(folder)).resolve(ODOO, REF));
    assertRefused(
        VaultErrors.ROLLED_BACK, () -> vault.rotate(ADMIN, REF, SecretValue.of("value-x")));
    vault.acceptRestore(ADMIN);
    assertThat(vault.resolve(ODOO, REF).reveal()).isEqualTo("value-one");
  }

  /** The commit decides: what is done is reported, and recorded, as done. */
  @Test
  void aChangeWhoseWatermarkCannotBeWrittenIsReportedAsDone() throws SQLException {
    putGranted("value-one");
    boolean[] full = {true};
    Watermark onAFullDisk =
        new Watermark() {
          @Override
          public long highest() {
            return watermark.highest();
          }

          @Override
          public void raise(long counter) {
            if (full[0]) {
              throw new IpaiException(VaultErrors.WATERMARK_UNREADABLE, "the disk is full");
            }
            watermark.raise(counter);
          }

          @Override
          public void reset(long counter) {
            watermark.reset(counter);
          }
        };
    DatabaseVault there = vault(database.masterKey(), onAFullDisk);
    assertRefused(
        VaultErrors.WATERMARK_NOT_WRITTEN,
        () -> there.rotate(ADMIN, REF, SecretValue.of("value-two")));
    assertThat(
            one(
                "select string_agg(decision, ',') from ipai.audit_log where action = 'secret.rotate'"))
        .isEqualTo("allow");
    full[0] = false;
    assertThat(there.resolve(ODOO, REF).reveal()).isEqualTo("value-two");
    assertThat(watermark.highest()).isEqualTo(2);
  }

  @Test
  void aManifestChangedOrRemovedByHandIsRefused() throws SQLException {
    putGranted("value-one");
    for (String change :
        List.of(
            "update ipai.secret_manifest set content = replace(content, ' 1', ' 2')",
            "update ipai.secret_manifest set counter = counter + 1",
            "update ipai.secret_manifest set mac = sha256('x')",
            "delete from ipai.secret_manifest")) {
      sql("create table public.kept as table ipai.secret_manifest");
      sql(change);
      assertRefused(VaultErrors.ROLLED_BACK, () -> vault.resolve(ODOO, REF));
      sql("truncate ipai.secret_manifest");
      sql("insert into ipai.secret_manifest select * from public.kept");
      sql("drop table public.kept");
    }
    assertThat(vault.resolve(ODOO, REF).reveal()).isEqualTo("value-one");
  }

  @Test
  void theMasterKeyIsChangedInOneStep() {
    putGranted("value-one");
    vault.rotate(ADMIN, REF, SecretValue.of("value-two"));
    MasterKey next = MasterKey.generate();
    assertThat(vault.rewrap(ADMIN, next)).isEqualTo(2);
    DatabaseVault rewrapped = vault(next, watermark);
    assertThat(rewrapped.resolve(ODOO, REF).reveal()).isEqualTo("value-two");
    assertRefused(VaultErrors.WRONG_MASTER_KEY, () -> vault.resolve(ODOO, REF));
    rewrapped.rotate(ADMIN, REF, SecretValue.of("value-three"));
    assertThat(rewrapped.resolve(ODOO, REF).reveal()).isEqualTo("value-three");
  }

  @Test
  void whatWentWithALostKeyIsGivenUpAndEnteredAgain() throws SQLException {
    SecretRef other = new SecretRef("github/token");
    putGranted("value-one");
    vault.put(ADMIN, other, SecretValue.of("value-other"), "");
    DatabaseVault anew = vault(MasterKey.generate(), watermark);
    assertRefused(
        VaultErrors.WRONG_MASTER_KEY,
        () -> anew.put(ADMIN, new SecretRef("new/one"), SecretValue.of("value-new"), ""));
    assertThat(anew.reset(ADMIN))
        .extracting(SecretMetadata::ref, SecretMetadata::isLost)
        .containsExactly(tuple(other, true), tuple(REF, true));
    assertThat(one("select count(*)::text from ipai.secret_version")).isEqualTo("0");
    if (withSupabase) {
      assertThat(one("select count(*)::text from vault.secrets")).isEqualTo("0");
    }
    assertRefused(VaultErrors.LOST, () -> anew.resolve(ODOO, REF));
    assertRefused(VaultErrors.NOT_AVAILABLE, () -> anew.resolve(ODOO, other));
    assertThat(anew.put(ADMIN, REF, SecretValue.of("value-again"), "").version()).isEqualTo(2);
    assertThat(anew.resolve(ODOO, REF).reveal()).isEqualTo("value-again");
    assertThat(anew.list())
        .filteredOn(secret -> secret.ref().equals(REF))
        .singleElement()
        .satisfies(
            secret -> {
              assertThat(secret.isLost()).isFalse();
              assertThat(secret.description()).isEqualTo("Odoo");
              assertThat(secret.users()).containsExactly(ODOO);
            });
    anew.put(ADMIN, new SecretRef("new/one"), SecretValue.of("value-new"), "");
    anew.rotate(ADMIN, other, SecretValue.of("value-rotated"));
    assertThat(anew.list()).noneMatch(SecretMetadata::isLost);
    assertThat(
            one(
                "select string_agg(action || ' ' || coalesce(object, ''), ',' order by id)"
                    + " from ipai.audit_log where action in ('secret.reset', 'secret.lost')"))
        .isEqualTo("secret.reset ,secret.lost secret://github/token,secret.lost " + REF);
  }

  @Test
  void nothingIsGivenUpThatCanBeRead() {
    putGranted("value-one");
    assertRefused(VaultErrors.NOTHING_LOST, () -> vault.reset(ADMIN));
    assertRefused(
        VaultErrors.NOT_ALLOWED,
        () ->
            vault(MasterKey.generate(), watermark)
                .reset(SecretActor.of("user:e", "ipai_data_engineer")));
    assertThat(vault.resolve(ODOO, REF).reveal()).isEqualTo("value-one");
    watermark.raise(100);
    assertRefused(VaultErrors.ROLLED_BACK, () -> vault.reset(ADMIN));
  }

  /** An older state under another key: the new list is newer than everything that was seen. */
  @Test
  void aResetIsNewerThanWhatWasSeenAndALostSecretCanBeDeleted() throws SQLException {
    putGranted("value-one");
    watermark.raise(100);
    DatabaseVault anew = vault(MasterKey.generate(), watermark);
    anew.reset(ADMIN);
    assertThat(watermark.highest()).isEqualTo(101);
    anew.delete(ADMIN, REF);
    assertThat(anew.list()).isEmpty();
    sql("update ipai.secret_manifest set mac = sha256('x')");
    assertThat(anew.reset(ADMIN)).isEmpty();
    assertThat(anew.put(ADMIN, REF, SecretValue.of("value-two"), "").version()).isPositive();
  }
}
