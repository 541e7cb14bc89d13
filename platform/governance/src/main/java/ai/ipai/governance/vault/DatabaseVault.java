package ai.ipai.governance.vault;

import ai.ipai.governance.audit.AuditEntry;
import ai.ipai.governance.audit.AuditLog;
import ai.ipai.postgres.Database;
import ai.ipai.postgres.caller.CallerOptions;
import ai.ipai.postgres.caller.CallerWork;
import ai.ipai.postgres.caller.ControlTransactions;
import ai.ipai.postgres.login.MasterKey;
import ai.ipai.spi.error.IpaiException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The vault in the platform's own database: Supabase Vault where the extension is, encrypted by us
 * where it is not. Access is decided twice, here and by row security, on the same grants.
 */
public final class DatabaseVault implements Vault {
  private static final String ADMIN = "ipai_platform_admin";
  private static final Set<String> MAY_PUT = Set.of(ADMIN, "ipai_data_engineer");
  private static final Set<String> MAY_ROTATE =
      Set.of(ADMIN, "ipai_data_engineer", "ipai_operator");
  private static final Set<String> MAY_ADMINISTER = Set.of(ADMIN);

  private final ControlTransactions transactions;
  private final VaultKeys keys;
  private final Watermark watermark;
  private final AuditLog audit;
  private final SecretScrubber scrubber;

  /**
   * The vault of one installation.
   *
   * @param scrubber learns every value that passes here; give it the one of the logs
   */
  public DatabaseVault(
      Database database,
      MasterKey key,
      Watermark watermark,
      AuditLog audit,
      SecretScrubber scrubber) {
    this.transactions = new ControlTransactions(database);
    this.keys = VaultKeys.of(key);
    this.watermark = watermark;
    this.audit = audit;
    this.scrubber = scrubber;
  }

  @Override
  public SecretMetadata put(
      SecretActor actor, SecretRef ref, SecretValue value, String description) {
    scrubber.learn(value);
    return change(
            actor,
            MAY_PUT,
            AuditEntry.of("secret.put"),
            ref,
            (connection, manifest) -> {
              if (manifest.current(ref).isPresent()) {
                throw new IpaiException(VaultErrors.ALREADY_EXISTS, "The secret exists already.")
                    .fact("secret", ref)
                    .hint("Rotate it to give it another value.");
              }
              int version = manifest.next(ref);
              ValueStore store = storeForNew(connection);
              if (isLost(connection, ref)) {
                SecretStore.rotated(connection, ref, store.name(), version, actor.principal());
                if (!description.isEmpty()) {
                  SecretStore.describe(connection, ref, description);
                }
              } else {
                SecretStore.insert(
                    connection, ref, description, store.name(), version, actor.principal());
              }
              store.insert(connection, ref, version, value, actor.principal());
              return manifest.with(ref, version);
            })
        .orElseThrow();
  }

  @Override
  public SecretMetadata rotate(SecretActor actor, SecretRef ref, SecretValue value) {
    scrubber.learn(value);
    return change(
            actor,
            MAY_ROTATE,
            AuditEntry.of("secret.rotate"),
            ref,
            (connection, manifest) -> {
              requireExists(connection, manifest, ref);
              int version = manifest.next(ref);
              ValueStore store = storeForNew(connection);
              store.insert(connection, ref, version, value, actor.principal());
              SecretStore.rotated(connection, ref, store.name(), version, actor.principal());
              return manifest.with(ref, version);
            })
        .orElseThrow();
  }

  @Override
  public void delete(SecretActor actor, SecretRef ref) {
    change(
        actor,
        MAY_ADMINISTER,
        AuditEntry.of("secret.delete"),
        ref,
        (connection, manifest) -> {
          requireExists(connection, manifest, ref);
          for (StoredVersion version : SecretStore.versions(connection, ref)) {
            storeOf(version).destroy(connection, version);
          }
          SecretStore.delete(connection, ref);
          return manifest.without(ref);
        });
  }

  @Override
  public void grant(SecretActor actor, SecretRef ref, SecretUser user) {
    change(
        actor,
        MAY_ADMINISTER,
        AuditEntry.of("secret.grant").detail("user", user.toString()),
        ref,
        (connection, manifest) -> {
          requireExists(connection, manifest, ref);
          SecretStore.grant(connection, ref, user, actor.principal());
          return manifest;
        });
  }

  @Override
  public void revoke(SecretActor actor, SecretRef ref, SecretUser user) {
    change(
        actor,
        MAY_ADMINISTER,
        AuditEntry.of("secret.revoke").detail("user", user.toString()),
        ref,
        (connection, manifest) -> {
          requireExists(connection, manifest, ref);
          SecretStore.revoke(connection, ref, user);
          return manifest;
        });
  }

  @Override
  public List<SecretMetadata> list() {
    try {
      return transactions.run(CallerOptions.reading(), SecretStore::list);
    } catch (SQLException failed) {
      throw databaseFailed(failed);
    }
  }

  @Override
  public SecretValue resolve(SecretUser user, SecretRef ref) {
    AuditEntry.Builder entry =
        AuditEntry.of("secret.resolve").principal(user.toString()).object(ref.toString());
    try {
      // Before the database: it was raised after a commit, so what is read next is at least as new.
      long seen = watermark.highest();
      SecretValue value =
          transactions.run(
              CallerOptions.writing().with("ipai.secret_user", user.toString()),
              connection -> {
                SecretValue found = read(connection, user, ref, seen);
                scrubber.learn(found);
                audit.record(connection, entry.allow("SECRET_GRANT").build());
                return found;
              });
      return value;
    } catch (IpaiException refused) {
      throw denied(entry, refused);
    } catch (SQLException failed) {
      throw denied(entry, databaseFailed(failed));
    }
  }

  private SecretValue read(Connection connection, SecretUser user, SecretRef ref, long seen)
      throws SQLException {
    SecretMetadata granted =
        SecretStore.find(connection, ref)
            .filter(secret -> secret.users().contains(user))
            .orElseThrow(() -> notAvailable(user, ref));
    if (granted.isLost()) {
      throw lost(ref);
    }
    StoredVersion stored =
        SecretStore.current(connection, ref).orElseThrow(() -> notAvailable(user, ref));
    Manifest manifest = SecretStore.manifest(connection, keys, false);
    requireNotOlder(manifest, seen);
    if (manifest.current(ref).filter(current -> current == stored.version()).isEmpty()) {
      throw Manifest.rolledBack("The stored secret is not the version that was put last.")
          .fact("secret", ref);
    }
    watermark.raise(manifest.counter());
    return storeOf(stored).open(connection, stored);
  }

  /**
   * Puts every secret under another master key, in one transaction: until it commits the old key is
   * the one, afterwards the new. Logins and the audit key derive from the master key as well; see
   * docs/reference/vault.md for the whole procedure.
   *
   * @return how many versions
   */
  public int rewrap(SecretActor actor, MasterKey to) {
    VaultKeys newKeys = VaultKeys.of(to);
    AuditEntry.Builder entry = AuditEntry.of("secret.rewrap").detail("key", newKeys.keyId());
    requireRole(actor, MAY_ADMINISTER, entry, "");
    return transact(
        actor,
        entry,
        (connection, manifest) -> {
          for (StoredVersion stored : SecretStore.allVersions(connection)) {
            storeOf(stored).rewrap(connection, stored, newKeys);
          }
          Manifest next = new Manifest(manifest.counter() + 1, manifest.versions());
          SecretStore.write(connection, newKeys, next);
          return next;
        },
        connection -> SecretStore.allVersions(connection).size());
  }

  /**
   * Accepts that the database was restored to an older state on purpose: from here on its counter
   * is the newest known. The manifest must still be one that this installation wrote.
   */
  public void acceptRestore(SecretActor actor) {
    requireRole(actor, MAY_ADMINISTER, AuditEntry.of("secret.accept_restore"), "");
    try {
      Manifest manifest =
          transactions.run(
              CallerOptions.writing(),
              connection -> {
                Manifest found = SecretStore.manifest(connection, keys, false);
                audit.record(
                    connection,
                    AuditEntry.of("secret.accept_restore")
                        .principal(actor.principal())
                        .requestId(actor.requestId())
                        .detail("counter", found.counter())
                        .detail("before", watermark.highest())
                        .allow("ROLE")
                        .build());
                return found;
              });
      watermark.reset(manifest.counter());
    } catch (SQLException failed) {
      throw databaseFailed(failed);
    }
  }

  /**
   * Why no secret can be used or changed, as {@code VLT-011} or {@code VLT-012} say it; empty where
   * they can. Reads the list of secrets, no value.
   *
   * @param connection of the control plane
   */
  public static Optional<IpaiException> fault(
      Connection connection, MasterKey key, Watermark watermark) throws SQLException {
    try {
      long seen = watermark.highest();
      requireNotOlder(SecretStore.manifest(connection, VaultKeys.of(key), false), seen);
      return Optional.empty();
    } catch (IpaiException unusable) {
      return Optional.of(unusable);
    }
  }

  /**
   * The way out where the master key of the secrets is lost for good, or their list is not what was
   * written: gives up every value and begins anew under the key of this process. Names,
   * descriptions and grants are kept; {@link #put} gives a lost secret its value again.
   *
   * @return the secrets that are lost, in the order of names
   * @throws IpaiException {@code VLT-017} where every secret can be read; {@code VLT-011} where the
   *     database is merely older than what was seen, which is accepted and not reset
   */
  public List<SecretMetadata> reset(SecretActor actor) {
    AuditEntry.Builder entry = AuditEntry.of("secret.reset").detail("key", keys.keyId());
    requireRole(actor, MAY_ADMINISTER, entry, "");
    Changed<List<SecretMetadata>> reset;
    try {
      long seen = watermark.highest();
      reset =
          transactions.run(
              actor.requestId(),
              administering(actor),
              connection -> reset(connection, actor, seen));
    } catch (IpaiException refused) {
      throw denied(entry, refused);
    } catch (SQLException failed) {
      throw denied(entry, databaseFailed(failed));
    }
    remember(reset.manifest());
    return reset.result();
  }

  private Changed<List<SecretMetadata>> reset(Connection connection, SecretActor actor, long seen)
      throws SQLException {
    IpaiException reason = requireUnreadable(connection, seen);
    for (StoredVersion stored : SecretStore.allVersions(connection)) {
      storeOf(stored).destroy(connection, stored);
    }
    SortedMap<String, Integer> versions = new TreeMap<>();
    SecretStore.list(connection)
        .forEach(secret -> versions.put(secret.ref().name(), -secret.version()));
    Manifest next = new Manifest(Math.max(seen, SecretStore.counter(connection)) + 1, versions);
    SecretStore.loseAll(connection, keys, next);
    List<SecretMetadata> lost = SecretStore.list(connection);
    AuditEntry.Builder entry =
        AuditEntry.of("secret.reset")
            .detail("key", keys.keyId())
            .detail("reason", reason.code().id())
            .detail("lost", lost.size());
    record(connection, actor, entry);
    for (SecretMetadata secret : lost) {
      record(connection, actor, AuditEntry.of("secret.lost").object(secret.ref().toString()));
    }
    return new Changed<>(next, lost);
  }

  private void record(Connection connection, SecretActor actor, AuditEntry.Builder entry)
      throws SQLException {
    entry.principal(actor.principal()).requestId(actor.requestId());
    audit.record(connection, entry.allow("ROLE").build());
  }

  /** Holds the list, so that nobody changes it meanwhile. */
  private IpaiException requireUnreadable(Connection connection, long seen) throws SQLException {
    Manifest readable;
    try {
      readable = SecretStore.manifest(connection, keys, true);
    } catch (IpaiException unreadable) {
      return unreadable;
    }
    requireNotOlder(readable, seen);
    throw new IpaiException(
            VaultErrors.NOTHING_LOST, "Every secret can be read with the master key that is here.")
        .hint("Nothing was changed. ./ipai secret rotate NAME replaces a value.");
  }

  /** What a change does between locking the manifest and writing it. */
  @FunctionalInterface
  private interface Change {
    Manifest apply(Connection connection, Manifest manifest) throws SQLException;
  }

  private Optional<SecretMetadata> change(
      SecretActor actor,
      Set<String> allowed,
      AuditEntry.Builder entry,
      SecretRef ref,
      Change change) {
    requireRole(actor, allowed, entry, ref.toString());
    return transact(
        actor,
        entry,
        (connection, before) -> {
          Manifest after = change.apply(connection, before);
          after.current(ref).ifPresent(version -> entry.detail("version", version));
          if (after.counter() != before.counter()) {
            SecretStore.write(connection, keys, after);
          }
          return after;
        },
        connection -> SecretStore.find(connection, ref));
  }

  private <T> T transact(
      SecretActor actor, AuditEntry.Builder entry, Change change, CallerWork<T> afterwards) {
    Changed<T> changed;
    try {
      long seen = watermark.highest();
      changed =
          transactions.run(
              actor.requestId(),
              administering(actor),
              connection -> {
                Manifest before = SecretStore.manifest(connection, keys, true);
                requireNotOlder(before, seen);
                Manifest after = change.apply(connection, before);
                audit.record(connection, entry.allow("ROLE").build());
                return new Changed<>(after, afterwards.run(connection));
              });
    } catch (IpaiException refused) {
      throw denied(entry, refused);
    } catch (SQLException failed) {
      throw denied(entry, databaseFailed(failed));
    }
    remember(changed.manifest());
    return changed.result();
  }

  /** After the commit: whatever happens here, the change is done and recorded as done. */
  private void remember(Manifest committed) {
    try {
      watermark.raise(committed.counter());
    } catch (IpaiException failed) {
      throw new IpaiException(
              VaultErrors.WATERMARK_NOT_WRITTEN,
              "The change is done; the file that remembers the newest state of the vault could not be"
                  + " written.",
              failed)
          .fact("counter", committed.counter())
          .hint(
              "Do not repeat the change. Mend the folder's rights or the disk: the next use of a"
                  + " secret writes the file.");
    }
  }

  private static CallerOptions administering(SecretActor actor) {
    return CallerOptions.writing()
        .with("ipai.secret_admin", String.join(",", new TreeSet<>(actor.roles())));
  }

  private record Changed<T>(Manifest manifest, T result) {}

  private void requireRole(
      SecretActor actor, Set<String> allowed, AuditEntry.Builder entry, String object) {
    entry.principal(actor.principal()).requestId(actor.requestId()).object(object);
    if (actor.roles().stream().noneMatch(allowed::contains)) {
      throw denied(
          entry,
          new IpaiException(
                  VaultErrors.NOT_ALLOWED, "Your roles do not allow to change secrets this way.")
              .hint("Allowed: " + String.join(", ", new TreeSet<>(allowed)) + "."));
    }
  }

  private IpaiException denied(AuditEntry.Builder entry, IpaiException refused) {
    audit.denied(entry.deny(refused.code().name()).build());
    return refused;
  }

  private static void requireExists(Connection connection, Manifest manifest, SecretRef ref)
      throws SQLException {
    if (manifest.current(ref).isEmpty() && !isLost(connection, ref)) {
      throw new IpaiException(VaultErrors.NO_SUCH_SECRET, "There is no such secret.")
          .fact("secret", ref)
          .hint("Put it first.");
    }
  }

  private static boolean isLost(Connection connection, SecretRef ref) throws SQLException {
    return SecretStore.find(connection, ref).filter(SecretMetadata::isLost).isPresent();
  }

  private static IpaiException lost(SecretRef ref) {
    return new IpaiException(
            VaultErrors.LOST, "The value of the secret was lost with its master key.")
        .fact("secret", ref)
        .hint("Enter it again: ./ipai secret put " + ref.name());
  }

  private static void requireNotOlder(Manifest manifest, long seen) {
    if (manifest.counter() < seen) {
      throw Manifest.rolledBack(
              "The database holds an older state of the vault than was seen before.")
          .fact("counter", manifest.counter())
          .fact("seen", seen);
    }
  }

  private static IpaiException notAvailable(SecretUser user, SecretRef ref) {
    return new IpaiException(
            VaultErrors.NOT_AVAILABLE, "There is no such secret, or none for this user.")
        .fact("secret", ref)
        .fact("user", user)
        .hint("A platform admin puts it, or grants it: ./ipai secret grant " + ref + " " + user);
  }

  private ValueStore storeForNew(Connection connection) throws SQLException {
    return SupabaseStore.isPresent(connection) ? new SupabaseStore(keys) : new EnvelopeStore(keys);
  }

  private ValueStore storeOf(StoredVersion stored) {
    return stored.vaultId() == null ? new EnvelopeStore(keys) : new SupabaseStore(keys);
  }

  /** The message of the server is left out: it may quote what was sent. */
  private static IpaiException databaseFailed(SQLException failed) {
    return new IpaiException(
            VaultErrors.DATABASE_FAILED,
            "The database refused a statement of the vault (SQLSTATE "
                + failed.getSQLState()
                + ").")
        .fact("sqlstate", String.valueOf(failed.getSQLState()));
  }
}
