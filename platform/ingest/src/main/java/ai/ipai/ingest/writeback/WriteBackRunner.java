package ai.ipai.ingest.writeback;

import ai.ipai.governance.audit.AuditEntry;
import ai.ipai.ingest.definition.ConnectorDefinition;
import ai.ipai.ingest.definition.ConnectorStore;
import ai.ipai.ingest.run.ConnectorSecrets;
import ai.ipai.ingest.run.RunAudit;
import ai.ipai.ingest.writeback.WriteItem.Status;
import ai.ipai.postgres.Database;
import ai.ipai.postgres.login.Login;
import ai.ipai.spi.connector.Cancellation;
import ai.ipai.spi.connector.Connector;
import ai.ipai.spi.connector.ConnectorContext;
import ai.ipai.spi.connector.ConnectorErrors;
import ai.ipai.spi.connector.ConnectorType;
import ai.ipai.spi.connector.RecordTarget;
import ai.ipai.spi.connector.WritableConnector;
import ai.ipai.spi.error.IpaiException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;

/** Plans, approves, applies and undoes write-backs. Safe for threads. */
public final class WriteBackRunner {
  private static final TypeReference<LinkedHashMap<String, @Nullable Object>> VALUES =
      new TypeReference<>() {};

  private final Database database;
  private final RunAudit audit;
  private final List<ConnectorType> types;
  private final ConnectorSecrets secrets;
  private final Clock clock;
  private final Path workspace;

  public WriteBackRunner(
      Database database,
      RunAudit audit,
      List<ConnectorType> types,
      ConnectorSecrets secrets,
      Clock clock,
      Path workspace) {
    this.database = database;
    this.audit = audit;
    this.types = List.copyOf(types);
    this.secrets = secrets;
    this.clock = clock;
    this.workspace = workspace;
  }

  /**
   * Compares the job's rows with the records as they are, and keeps what would change for approval.
   * Sends nothing that changes anything.
   *
   * @param raw the job's file as JSON
   * @param dryRun whether nothing is kept either
   * @throws IpaiException {@code ING-030} for rows without key or with the same one, {@code
   *     CON-017}
   */
  public WriteBackPlan plan(WriteJob job, String raw, String principal, boolean dryRun) {
    List<Map<String, @Nullable Object>> rows = rows(job);
    return onTarget(
        job.connector(),
        target -> {
          WriteBackPlan plan = new WriteBackPlanner(job, target, earlier(job)).plan(rows);
          if (!dryRun) {
            try (Connection connection = database.open(Login.LOADER)) {
              connection.setAutoCommit(false);
              WriteBackStore.insert(connection, plan.id(), job, raw, principal);
              WriteBackStore.insert(connection, plan.id(), plan.items());
              audit.record(
                  connection,
                  entry("write_back.plan", job, principal, plan.id())
                      .allow("job")
                      .rows(plan.items().size())
                      .build());
              connection.commit();
            }
          }
          return plan;
        });
  }

  /** Keys under which this job made records when keys did not tell jobs apart. */
  private Set<String> earlier(WriteJob job) throws SQLException {
    try (Connection connection = database.open(Login.LOADER)) {
      return WriteBackStore.made(connection, job);
    }
  }

  private List<Map<String, @Nullable Object>> rows(WriteJob job) {
    List<Map<String, @Nullable Object>> rows = new ArrayList<>();
    try (Connection connection = database.open(Login.BUILDER)) {
      connection.setAutoCommit(false);
      connection.setReadOnly(true);
      try (Statement statement = connection.createStatement()) {
        statement.execute("set local time zone 'UTC'");
      }
      try (PreparedStatement statement =
              connection.prepareStatement(
                  "select to_jsonb(q)::text from (" + job.query() + "\n) q");
          ResultSet found = statement.executeQuery()) {
        while (found.next()) {
          rows.add(WriteBackStore.JSON.readValue(found.getString(1), VALUES));
        }
      } finally {
        connection.rollback();
      }
      return rows;
    } catch (SQLException e) {
      throw new IpaiException(
              WriteBackErrors.JOB, "the query of job %s fails".formatted(job.name()), e)
          .fact("sqlstate", String.valueOf(e.getSQLState()))
          .hint("try it with ./ipai sql");
    }
  }

  /**
   * Lets a planned write-back be applied.
   *
   * @param roles platform roles of the principal
   * @throws IpaiException {@code ING-033} if the job's role is not among them, which is audited
   */
  public void approve(UUID id, String principal, Set<String> roles) {
    try (Connection connection = database.open(Login.LOADER)) {
      connection.setAutoCommit(false);
      WriteBackStore.Head head = WriteBackStore.require(connection, id);
      AuditEntry.Builder entry = entry("write_back.approve", head.job(), principal, id);
      if (!roles.contains(head.job().approver())) {
        audit.record(connection, entry.deny("role_missing").build());
        connection.commit();
        throw new IpaiException(
                WriteBackErrors.APPROVER, "this write-back needs an approver of another role")
            .fact("role", head.job().approver())
            .hint("ask somebody who has the role " + head.job().approver());
      }
      if (!WriteBackStore.approve(connection, id, principal)) {
        throw state(head.status());
      }
      audit.record(connection, entry.allow(head.job().approver()).build());
      connection.commit();
    } catch (SQLException e) {
      throw broken(e);
    }
  }

  /**
   * Sends what was approved; goes on where an earlier apply was interrupted. One per connector at a
   * time, whatever the number of processes.
   *
   * @throws IpaiException {@code ING-032} if nobody approved it, {@code ING-034}, {@code ING-035};
   *     {@code CON-016} while an outcome cannot be found out, with the items left as sending
   */
  public WriteBackReport apply(UUID id, String principal, Steps steps) {
    try (Connection connection = database.open(Login.LOADER)) {
      WriteBackStore.Head head = held(connection, id);
      connection.setAutoCommit(false);
      if (head.status().equals("planned")) {
        audit.record(
            connection,
            entry("write_back.apply", head.job(), principal, id).deny("not_approved").build());
        connection.commit();
        throw new IpaiException(WriteBackErrors.NOT_APPROVED, "nobody has approved this write-back")
            .fact("role", head.job().approver())
            .hint("./ipai write-back approve " + id);
      }
      if (!WriteBackStore.move(connection, id, "applying", "approved", "applying", "partial")) {
        throw state(head.status());
      }
      connection.commit();
      return onTarget(
          head.job().connector(),
          target -> {
            Outbox outbox = new Outbox(connection, id, head.job(), target, steps, this::recorder);
            outbox.send(principal);
            List<WriteItem> items = WriteBackStore.items(connection, id, Status.values());
            boolean good =
                items.stream()
                    .allMatch(i -> i.status() == Status.DONE || i.status() == Status.DIFFERS);
            String end = good ? "applied" : "partial";
            WriteBackStore.move(connection, id, end, "applying");
            connection.commit();
            return new WriteBackReport(id, end, items);
          });
    } catch (SQLException e) {
      throw broken(e);
    }
  }

  /**
   * Puts records back as they were before, where nobody changed them since; deletes those made.
   * Ends {@code undone}, or {@code partial} where records were left alone: then it may be repeated.
   */
  public WriteBackReport undo(UUID id, String principal, Steps steps) {
    try (Connection connection = database.open(Login.LOADER)) {
      WriteBackStore.Head head = held(connection, id);
      connection.setAutoCommit(false);
      if (!WriteBackStore.move(
          connection, id, "undoing", "applied", "partial", "applying", "undoing")) {
        throw state(head.status());
      }
      connection.commit();
      return onTarget(
          head.job().connector(),
          target -> {
            new Outbox(connection, id, head.job(), target, steps, this::recorder).undo(principal);
            List<WriteItem> items = WriteBackStore.items(connection, id, Status.values());
            boolean good = items.stream().noneMatch(i -> i.status() == Status.UNDO_CONFLICT);
            String end = good ? "undone" : "partial";
            WriteBackStore.move(connection, id, end, "undoing");
            connection.commit();
            return new WriteBackReport(id, end, items);
          });
    } catch (SQLException e) {
      throw broken(e);
    }
  }

  /** A write-back as it stands. */
  public WriteBackReport show(UUID id) {
    try (Connection connection = database.open(Login.LOADER)) {
      WriteBackStore.Head head = WriteBackStore.require(connection, id);
      return new WriteBackReport(
          id, head.status(), WriteBackStore.items(connection, id, Status.values()));
    } catch (SQLException e) {
      throw broken(e);
    }
  }

  private WriteBackStore.Head held(Connection connection, UUID id) throws SQLException {
    WriteBackStore.Head head = WriteBackStore.require(connection, id);
    if (!WriteBackStore.lock(connection, head.job().connector())) {
      throw new IpaiException(
              WriteBackErrors.HELD, "another write-back to this connector is under way")
          .hint("wait for it, or stop it");
    }
    return WriteBackStore.require(connection, id);
  }

  private void recorder(
      Connection connection, WriteJob job, UUID id, String action, String principal, int rows) {
    audit.record(
        connection, entry(action, job, principal, id).allow("approved").rows(rows).build());
  }

  private static AuditEntry.Builder entry(String action, WriteJob job, String principal, UUID id) {
    return AuditEntry.of(action)
        .principal(principal)
        .actingRole(Login.LOADER.role())
        .object(job.connector() + ":" + job.model())
        .detail("job", job.name())
        .detail("write_back", id.toString());
  }

  /** Work on an opened target. */
  private interface Work<T> {
    T on(RecordTarget target) throws SQLException;
  }

  private <T> T onTarget(String name, Work<T> work) {
    ConnectorDefinition definition;
    try (Connection connection = database.open(Login.LOADER)) {
      definition = ConnectorStore.require(connection, name);
    } catch (SQLException e) {
      throw broken(e);
    }
    Optional<ConnectorType> type =
        types.stream().filter(t -> t.spec().type().equals(definition.type())).findFirst();
    if (type.isEmpty()) {
      throw new IpaiException(
              ConnectorErrors.UNKNOWN_TYPE, "there is no connector type " + definition.type())
          .hint("check type in connectors/" + name + ".yaml");
    }
    ConnectorContext context =
        new ConnectorContext(
            reference -> secrets.resolve(name, reference), clock, new Cancellation(), workspace);
    try (Connector connector = type.get().open(definition.settings(), context)) {
      if (!(connector instanceof WritableConnector writable)) {
        throw new IpaiException(
                WriteBackErrors.TARGET,
                "connectors of type %s only read".formatted(definition.type()))
            .hint("write back to a connector of type odoo");
      }
      return work.on(writable.target());
    } catch (SQLException e) {
      throw broken(e);
    }
  }

  private static IpaiException state(String status) {
    return new IpaiException(WriteBackErrors.STATE, "the write-back is " + status)
        .hint("./ipai write-back show says how it stands");
  }

  private static IpaiException broken(SQLException e) {
    return new IpaiException(
            ai.ipai.ingest.IngestErrors.DATABASE, "the outbox cannot be written", e)
        .fact("sqlstate", String.valueOf(e.getSQLState()))
        .hint("mend the database and apply again: it goes on where it stopped");
  }
}
