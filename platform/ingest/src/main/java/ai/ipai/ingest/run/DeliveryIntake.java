package ai.ipai.ingest.run;

import ai.ipai.governance.audit.AuditEntry;
import ai.ipai.ingest.IngestErrors;
import ai.ipai.ingest.definition.ConnectorDefinition;
import ai.ipai.ingest.definition.ConnectorStore;
import ai.ipai.ingest.definition.Drift;
import ai.ipai.ingest.definition.StreamDefinition;
import ai.ipai.ingest.definition.SyncMode;
import ai.ipai.ingest.filter.ColumnFilter;
import ai.ipai.ingest.load.BatchLoader;
import ai.ipai.ingest.load.LoadCounts;
import ai.ipai.ingest.load.LoadTarget;
import ai.ipai.ingest.load.Way;
import ai.ipai.ingest.name.BronzeName;
import ai.ipai.ingest.push.DeliveredBatch;
import ai.ipai.ingest.push.Delivery;
import ai.ipai.ingest.push.DeliverySignature;
import ai.ipai.ingest.table.BronzeTable;
import ai.ipai.ingest.table.TableMode;
import ai.ipai.ingest.table.TableShape;
import ai.ipai.postgres.Database;
import ai.ipai.postgres.login.Login;
import ai.ipai.spi.connector.ColumnType;
import ai.ipai.spi.connector.Cursor;
import ai.ipai.spi.connector.ReadMode;
import ai.ipai.spi.connector.RecordBatch;
import ai.ipai.spi.connector.SourceColumn;
import ai.ipai.spi.digest.Sha256;
import ai.ipai.spi.error.IpaiException;
import ai.ipai.spi.name.QualifiedName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import tools.jackson.databind.JsonNode;

/**
 * Takes batches that an Edge Function, a flow or any program delivers to a connector of type {@code
 * push}. One delivery is one run and one transaction: its rows, its key, its counters and its audit
 * entry. The same key again stores nothing. Thread-safe.
 */
public final class DeliveryIntake {
  /** The type of connectors that are delivered to. */
  public static final String TYPE = "push";

  private final Database database;
  private final RunAudit audit;
  private final ConnectorSecrets secrets;
  private final Clock clock;

  public DeliveryIntake(Database database, RunAudit audit, ConnectorSecrets secrets, Clock clock) {
    this.database = database;
    this.audit = audit;
    this.secrets = secrets;
    this.clock = clock;
  }

  /**
   * What became of a delivery.
   *
   * @param repeated whether it was stored before, so that nothing was done now
   */
  public record Receipt(UUID run, String table, LoadCounts counts, boolean repeated) {}

  /**
   * Stores it.
   *
   * @throws IpaiException {@code ING-014} it is not signed with the connector's secret, or stale,
   *     or there is no such connector; {@code ING-013} the body is no batch, its stream is not
   *     declared, or its key was used for another body
   */
  public Receipt deliver(String connector, Delivery delivery) {
    try (Connection connection = database.open(Login.LOADER)) {
      ConnectorDefinition definition = admitted(connection, connector, delivery);
      if (database.disk().status().paused()) {
        throw new IpaiException(
                IngestErrors.INTAKE_PAUSED, "a disk is nearly full: nothing is taken in for now")
            .hint("deliver the batch again later, with the same key");
      }
      JsonNode body = DeliveredBatch.read(delivery.body());
      StreamDefinition stream = declared(definition, body.path("stream").stringValue());
      try (Statement statement = connection.createStatement()) {
        statement.execute("set time zone 'UTC'");
      }
      connection.setAutoCommit(false);
      await(connection, connector);
      DeliveredBatch batch =
          DeliveredBatch.of(
              body,
              stream,
              known(connection, connector, stream.stream()),
              "connectors/" + connector + ".yaml streams");
      UUID run = UUID.randomUUID();
      Optional<UUID> before = register(connection, connector, delivery, run, batch.size());
      if (before.isPresent()) {
        connection.rollback();
        return new Receipt(before.get(), "", LoadCounts.NONE, true);
      }
      Receipt receipt = store(connection, definition, stream, batch, run);
      connection.commit();
      return receipt;
    } catch (SQLException e) {
      throw StreamSync.describe(e, "");
    }
  }

  /** Types of the columns that the stream has by now. */
  private static Map<String, ColumnType> known(
      Connection connection, String connector, String stream) throws SQLException {
    Map<String, ColumnType> known = new HashMap<>();
    StreamStateStore.shape(connection, connector, stream)
        .columns()
        .forEach((source, column) -> known.put(source, column.type()));
    return known;
  }

  /** A connector that does not exist looks like a wrong signature. */
  private ConnectorDefinition admitted(Connection connection, String connector, Delivery delivery)
      throws SQLException {
    ConnectorDefinition definition =
        ConnectorStore.find(connection, connector)
            .filter(found -> found.type().equals(TYPE))
            .orElseThrow(DeliverySignature::refused);
    String secret = secrets.resolve(connector, definition.settings().connection().text("secret"));
    DeliverySignature.require(delivery, secret, clock.instant());
    return definition;
  }

  private static StreamDefinition declared(ConnectorDefinition definition, String stream) {
    return definition.streams().stream()
        .filter(candidate -> candidate.stream().equals(stream))
        .findFirst()
        .orElseThrow(() -> DeliveredBatch.refused("the connector declares no such stream"));
  }

  /** Deliveries to one connector, and its undo, one after the other. */
  private static void await(Connection connection, String connector) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "select pg_advisory_xact_lock(hashtextextended('ipai.connector:' || ?, 0))")) {
      statement.setString(1, connector);
      statement.execute();
    }
  }

  /** The run that stored it before, if the key is known. */
  private static Optional<UUID> register(
      Connection connection, String connector, Delivery delivery, UUID run, int rows)
      throws SQLException {
    String hash = Sha256.hex(delivery.body());
    try (PreparedStatement insert =
        connection.prepareStatement(
            """
            insert into ipai.delivery (connector, batch_key, body_sha256, run_id, rows)
            values (?, ?, ?, ?, ?) on conflict do nothing
            """)) {
      insert.setString(1, connector);
      insert.setString(2, delivery.id());
      insert.setString(3, hash);
      insert.setObject(4, run);
      insert.setLong(5, rows);
      if (insert.executeUpdate() == 1) {
        return Optional.empty();
      }
    }
    try (PreparedStatement known =
        connection.prepareStatement(
            "select run_id, body_sha256 from ipai.delivery where connector = ? and batch_key = ?")) {
      known.setString(1, connector);
      known.setString(2, delivery.id());
      try (ResultSet row = known.executeQuery()) {
        row.next();
        if (!row.getString(2).equals(hash)) {
          throw new IpaiException(
                  IngestErrors.PUSH_REFUSED, "the batch key was used for another body")
              .hint("give each batch a key of its own, and repeat a batch byte for byte");
        }
        return Optional.of(row.getObject(1, UUID.class));
      }
    }
  }

  private Receipt store(
      Connection connection,
      ConnectorDefinition definition,
      StreamDefinition kept,
      DeliveredBatch delivered,
      UUID run)
      throws SQLException {
    String connector = definition.name();
    ColumnFilter filter =
        ColumnFilter.of(
            kept.columns().present(delivered.stream()),
            delivered.stream(),
            reference -> secrets.resolve(connector, reference));
    Cursor after = new Cursor("{\"run\":\"" + run + "\"}");
    RunStore.begin(connection, run, connector, SyncOptions.of("connector:" + connector));
    QualifiedName table = QualifiedName.of(definition.schema(), table(definition, kept.stream()));
    StreamState state =
        StreamStateStore.take(
            connection,
            connector,
            run,
            new StreamState(
                delivered.stream().name(),
                table,
                TableShape.empty(),
                null,
                null,
                null,
                false,
                0,
                null,
                null,
                null));
    RunStore.beginStream(connection, run, state.stream(), state.table());
    SyncMode mode = mode(kept, delivered);
    TableShape shape = shape(connection, state, kept, filter.apply(delivered.stream()).columns());
    List<String> key = mode.isKeyed() ? shape.names(delivered.stream().key()) : List.of();
    TableMode.fit(connection, state.table(), mode, key);
    Instant at = later(state);
    LoadTarget target =
        new LoadTarget(
            state.table(),
            state.table(),
            shape,
            key,
            mode == SyncMode.HISTORY ? Way.HISTORY : mode.isKeyed() ? Way.MERGE : Way.APPEND,
            kept.contract(),
            false,
            true,
            run,
            state.stream(),
            at);
    LoadCounts counts = LoadCounts.NONE;
    try (BatchLoader loader = new BatchLoader(connection)) {
      for (DeliveredBatch.Part part : delivered.parts()) {
        RecordBatch batch = filter.apply(RecordBatch.of(part.columns(), part.rows(), after));
        counts = counts.plus(loader.load(target, batch));
      }
    }
    // Rows with one key were folded into one; all of them were given.
    counts = counts.plus(new LoadCounts(delivered.size() - counts.read(), 0, 0, 0, 0, 0));
    RunStore.count(connection, run, state.stream(), counts, 1);
    if (counts.changed() > 0) {
      RunStore.undoable(connection, run, state.stream(), "images");
    }
    StreamState next =
        state.withShape(shape).beginning(ReadMode.CHANGES, false).advanced(after, at);
    StreamStateStore.save(connection, connector, run, next.finished(at), true);
    RunStore.endStream(connection, run, state.stream(), RunStatus.SUCCEEDED, null);
    RunStore.end(connection, run, RunStatus.SUCCEEDED, null);
    audit.record(
        connection,
        AuditEntry.of("table.load")
            .requestId(run.toString())
            .principal("connector:" + connector)
            .actingRole("ipai_loader")
            .object(state.table().toString())
            .allow("connector")
            .rows(counts.changed())
            .build());
    return new Receipt(run, state.table().toString(), counts, false);
  }

  private static String table(ConnectorDefinition definition, String stream) {
    List<String> declared =
        definition.streams().stream().map(StreamDefinition::stream).distinct().toList();
    return BronzeName.allOf(declared, Map.of()).getOrDefault(stream, BronzeName.of(stream));
  }

  private static SyncMode mode(StreamDefinition kept, DeliveredBatch delivered) {
    SyncMode wanted = kept.mode();
    boolean hasKey = !delivered.stream().key().isEmpty();
    if (wanted == null) {
      return hasKey ? SyncMode.MERGE : SyncMode.APPEND;
    }
    if (wanted.isKeyed() && !hasKey) {
      throw DeliveredBatch.refused("the stream has no key, which its mode needs");
    }
    return wanted == SyncMode.FULL_REFRESH ? SyncMode.APPEND : wanted;
  }

  /** Makes or widens the table as the stream's contract allows. */
  private static TableShape shape(
      Connection connection, StreamState state, StreamDefinition kept, List<SourceColumn> columns)
      throws SQLException {
    BronzeTable.createSchema(connection, state.table().schema());
    boolean exists = BronzeTable.exists(connection, state.table());
    TableShape known = exists ? state.shape() : TableShape.empty();
    if (kept.contract().columns() == Drift.FREEZE && !known.columns().isEmpty()) {
      for (SourceColumn column : columns) {
        if (!known.columns().containsKey(column.name())) {
          throw new IpaiException(
                  IngestErrors.DRIFT, "the delivery has a new column: " + column.name())
              .fact("column", column.name())
              .hint("let it in with contract: evolve");
        }
      }
    }
    TableShape wanted =
        known.evolved(
            columns,
            kept.contract().columns() == Drift.EVOLVE,
            kept.contract().types() == Drift.EVOLVE);
    if (!exists) {
      BronzeTable.create(connection, state.table(), wanted, List.of());
    } else if (!wanted.equals(known)) {
      return BronzeTable.evolve(connection, state.table(), known, wanted);
    }
    return wanted;
  }

  private Instant later(StreamState state) {
    Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
    Instant last = state.loadedAt();
    return last == null || now.isAfter(last) ? now : last.plus(1, ChronoUnit.MICROS);
  }
}
