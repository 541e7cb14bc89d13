package ai.ipai.ingest.run;

import ai.ipai.governance.audit.AuditEntry;
import ai.ipai.ingest.IngestErrors;
import ai.ipai.ingest.definition.ConnectorDefinition;
import ai.ipai.ingest.definition.ConnectorStore;
import ai.ipai.ingest.definition.StreamDefinition;
import ai.ipai.ingest.filter.ColumnFilter;
import ai.ipai.ingest.load.BeforeImages;
import ai.ipai.ingest.name.BronzeName;
import ai.ipai.ingest.table.StageTable;
import ai.ipai.postgres.Database;
import ai.ipai.postgres.login.Login;
import ai.ipai.spi.connector.Cancellation;
import ai.ipai.spi.connector.Connector;
import ai.ipai.spi.connector.ConnectorContext;
import ai.ipai.spi.connector.ConnectorErrors;
import ai.ipai.spi.connector.ConnectorType;
import ai.ipai.spi.connector.Cursor;
import ai.ipai.spi.connector.Finding;
import ai.ipai.spi.connector.HeldLog;
import ai.ipai.spi.connector.LoggedConnector;
import ai.ipai.spi.connector.RenewableConnector;
import ai.ipai.spi.connector.Settings;
import ai.ipai.spi.connector.StreamDescriptor;
import ai.ipai.spi.error.IpaiException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs connectors. One run of a connector at a time, whatever the number of processes; its streams
 * in parallel within its limit. A stream that fails does not stop the others. Safe for threads.
 */
public final class SyncRunner {
  private static final Logger LOG = LoggerFactory.getLogger(SyncRunner.class);
  private static final int DEFAULT_PARALLEL = 2;
  private static final int MAX_PARALLEL = 16;
  private static final Duration COMMIT_EVERY = Duration.ofMillis(500);
  private static final Duration KEEP_IMAGES = Duration.ofDays(14);

  private final Database database;
  private final RunAudit audit;
  private final Map<String, ConnectorType> types;
  private final ConnectorSecrets secrets;
  private final Clock clock;
  private final Path workspace;

  /**
   * A runner of the connectors of one workspace.
   *
   * @param types every kind of connector that this process has
   * @param workspace relative paths in connector files start here
   */
  public SyncRunner(
      Database database,
      RunAudit audit,
      List<ConnectorType> types,
      ConnectorSecrets secrets,
      Clock clock,
      Path workspace) {
    this.database = database;
    this.audit = audit;
    this.types =
        types.stream().collect(Collectors.toMap(type -> type.spec().type(), Function.identity()));
    this.secrets = secrets;
    this.clock = clock;
    this.workspace = workspace;
  }

  /** As {@link #sync(String, SyncOptions, ProgressListener, Cancellation)}, not to be cancelled. */
  public SyncReport sync(String connector, SyncOptions options, ProgressListener listener) {
    return sync(connector, options, listener, new Cancellation());
  }

  /**
   * Brings an applied connector up to date. Returns when all its streams ended, well or not.
   *
   * @throws IpaiException {@code ING-001} no such connector, {@code ING-002} another run is under
   *     way, or what kept the connector from being asked at all
   */
  public SyncReport sync(
      String connector, SyncOptions options, ProgressListener listener, Cancellation cancellation) {
    try (Connection books = database.open(Login.LOADER)) {
      ConnectorDefinition definition = ConnectorStore.require(books, connector);
      if (!RunStore.lock(books, connector)) {
        throw new IpaiException(
                IngestErrors.STREAM_HELD, "connector " + connector + " is being run already")
            .fact("connector", connector)
            .hint("wait for that run, or stop it");
      }
      UUID run = UUID.randomUUID();
      books.setAutoCommit(false);
      RunStore.closeInterrupted(books, connector);
      RunStore.begin(books, run, connector, options);
      books.commit();
      StageTable.sweep(books);
      BeforeImages.expire(books, KEEP_IMAGES);
      books.commit();
      try {
        new IntakePause(database.disk(), cancellation)
            .await(books, paused -> RunStore.pause(books, run, paused));
      } catch (IpaiException cancelled) {
        RunStore.end(books, run, RunStatus.CANCELLED, cancelled);
        books.commit();
        throw cancelled;
      }
      return run(books, run, definition, options, listener, cancellation);
    } catch (SQLException e) {
      throw StreamSync.describe(e, "");
    }
  }

  /**
   * Tries a connector's settings against its source; stores nothing.
   *
   * @throws IpaiException {@code ING-001}, {@code CON-001}, {@code CON-002}
   */
  public List<Finding> check(String connector) {
    try (Connection books = database.open(Login.LOADER)) {
      return check(ConnectorStore.require(books, connector));
    } catch (SQLException e) {
      throw StreamSync.describe(e, "");
    }
  }

  /** The same for a connector that is not applied yet. */
  public List<Finding> check(ConnectorDefinition definition) {
    try (Connector connector = open(definition, new Cancellation())) {
      return connector.check();
    }
  }

  /**
   * What a source keeps of its log for an applied connector now; empty if nothing.
   *
   * @throws IpaiException as {@link #check(String)}, or what the source says against it
   */
  public Optional<HeldLog> heldLog(String connector) {
    try (Connection books = database.open(Login.LOADER);
        Connector opened = open(ConnectorStore.require(books, connector), new Cancellation())) {
      return opened instanceof LoggedConnector logged ? logged.held() : Optional.empty();
    } catch (SQLException e) {
      throw StreamSync.describe(e, "");
    }
  }

  /**
   * Lets go of what a source keeps for a connector, such as a replication slot, for good: for a
   * connector that is going to be removed. Returns what that was; empty if there was nothing. The
   * next run reads its streams whole and compares them.
   *
   * @throws IpaiException as {@link #sync(String, SyncOptions, ProgressListener)}
   */
  public String release(String connector, String requestedBy) {
    try (Connection books = database.open(Login.LOADER)) {
      ConnectorDefinition definition = ConnectorStore.require(books, connector);
      if (!RunStore.lock(books, connector)) {
        throw new IpaiException(
                IngestErrors.STREAM_HELD, "connector " + connector + " is being run")
            .fact("connector", connector)
            .hint("wait for that run, or stop it");
      }
      try (Connector opened = open(definition, new Cancellation())) {
        String released = opened instanceof LoggedConnector logged ? logged.release() : "";
        books.setAutoCommit(false);
        audit.record(
            books,
            AuditEntry.of("connector.release_log")
                .principal(requestedBy)
                .actingRole("ipai_loader")
                .object("connector:" + connector)
                .allow("connector")
                .build());
        books.commit();
        return released;
      }
    } catch (SQLException e) {
      throw StreamSync.describe(e, "");
    }
  }

  /**
   * Has the source give a new key for the one that an applied connector is read with.
   *
   * @param reference of the secret that is meant; the connector has to use it
   * @param store keeps the new value
   * @return when the new key ends
   * @throws IpaiException {@code CON-002} if the connector is read with another secret or cannot
   *     renew one, or what the source says against it
   */
  public Instant renew(String connector, String reference, Consumer<String> store) {
    try (Connection books = database.open(Login.LOADER);
        Connector opened = open(ConnectorStore.require(books, connector), new Cancellation())) {
      if (opened instanceof RenewableConnector renewable
          && renewable.renewable().equals(reference)) {
        return renewable.renew(store);
      }
      throw new IpaiException(
              ConnectorErrors.SETTING,
              "connector %s has no key %s that it could renew".formatted(connector, reference))
          .fact("connector", connector)
          .hint("make a new key at the source, and ./ipai secret rotate");
    } catch (SQLException e) {
      throw StreamSync.describe(e, "");
    }
  }

  /** What a first reading of an applied connector would ask and bring; stores nothing. */
  public List<StreamPreview> preview(String connector, SyncOptions options, int rows) {
    try (Connection books = database.open(Login.LOADER)) {
      return preview(ConnectorStore.require(books, connector), options, rows);
    } catch (SQLException e) {
      throw StreamSync.describe(e, "");
    }
  }

  /**
   * The same for a connector that is not applied yet.
   *
   * @param options which streams; all if it names none
   * @param rows of each stream, at most
   */
  public List<StreamPreview> preview(
      ConnectorDefinition definition, SyncOptions options, int rows) {
    DryRun dry = new DryRun(reference -> secrets.resolve(definition.name(), reference));
    ConnectorContext context =
        new ConnectorContext(dry::secret, clock, new Cancellation(), workspace, dry::heard);
    try (Connector connector = type(definition).open(definition.settings(), context)) {
      return dry.of(connector, definition, chosen(connector.discover(), options), rows);
    }
  }

  private SyncReport run(
      Connection books,
      UUID run,
      ConnectorDefinition definition,
      SyncOptions options,
      ProgressListener listener,
      Cancellation cancellation)
      throws SQLException {
    try (Connector connector = open(definition, cancellation)) {
      List<StreamDescriptor> offered =
          CancellableCall.of("ipai-discover", cancellation, connector::discover, late -> {});
      List<StreamDescriptor> chosen = chosen(offered, options);
      tellStored(books, connector, definition, chosen);
      List<StreamRun> streams = new ArrayList<>();
      Map<String, String> tables =
          BronzeName.allOf(offered.stream().map(StreamDescriptor::name).toList(), Map.of());
      for (StreamDescriptor stream : chosen) {
        StreamDefinition kept = definition.stream(stream.name());
        ColumnFilter filter =
            ColumnFilter.of(
                kept.columns(), stream, reference -> secrets.resolve(definition.name(), reference));
        streams.add(
            new StreamRun(
                run,
                definition.name(),
                definition.schema(),
                tables.getOrDefault(stream.name(), BronzeName.of(stream.name())),
                connector,
                filter.apply(stream),
                filter,
                kept,
                commitEvery(definition),
                options));
      }
      List<StreamReport> reports =
          new ParallelStreams(database, audit, clock, listener, cancellation)
              .run(streams, parallel(definition));
      RunStatus status = status(reports, cancellation);
      RunStore.end(books, run, status, null);
      books.commit();
      try {
        tellStored(books, connector, definition, List.of());
      } catch (IpaiException later) {
        LOG.info("the source's log is let go in the next run: {}", later.getMessage());
      }
      return new SyncReport(run, definition.name(), status, reports);
    } catch (RuntimeException | Error failure) {
      books.rollback();
      IpaiException described = StreamSync.describe(failure, "");
      boolean isCancelled = described.code().equals(ConnectorErrors.CANCELLED);
      RunStore.end(books, run, isCancelled ? RunStatus.CANCELLED : RunStatus.FAILED, described);
      books.commit();
      throw described;
    }
  }

  /** A source that keeps a log may let go of what is stored. */
  private static void tellStored(
      Connection books,
      Connector connector,
      ConnectorDefinition definition,
      List<StreamDescriptor> upcoming)
      throws SQLException {
    if (connector instanceof LoggedConnector logged) {
      Map<String, Cursor> cursors = StreamStateStore.cursors(books, definition.name());
      books.commit();
      logged.stored(
          cursors,
          upcoming.stream().map(StreamDescriptor::name).collect(Collectors.toUnmodifiableSet()));
    }
  }

  private ConnectorType type(ConnectorDefinition definition) {
    ConnectorType type = types.get(definition.type());
    if (type == null) {
      throw new IpaiException(
              ConnectorErrors.UNKNOWN_TYPE, "there is no connector type " + definition.type())
          .fact("connector", definition.name())
          .hint("known types: " + String.join(", ", new TreeSet<>(types.keySet())));
    }
    return type;
  }

  private Connector open(ConnectorDefinition definition, Cancellation cancellation) {
    ConnectorContext context =
        new ConnectorContext(
            reference -> secrets.resolve(definition.name(), reference),
            clock,
            cancellation,
            workspace);
    return type(definition).open(definition.settings(), context);
  }

  private static List<StreamDescriptor> chosen(
      List<StreamDescriptor> offered, SyncOptions options) {
    Set<String> names =
        offered.stream().map(StreamDescriptor::name).collect(Collectors.toCollection(TreeSet::new));
    for (String wanted : options.streams()) {
      if (!names.contains(wanted)) {
        throw new IpaiException(
                ConnectorErrors.STREAM_NOT_FOUND, "the connector has no stream " + wanted)
            .fact("stream", wanted)
            .hint("streams: " + String.join(", ", names));
      }
    }
    return offered.stream()
        .filter(stream -> options.streams().isEmpty() || options.streams().contains(stream.name()))
        .toList();
  }

  private static int parallel(ConnectorDefinition definition) {
    Settings sync = Settings.of("sync", definition.defaults().options());
    return Math.clamp(sync.integer("parallel", DEFAULT_PARALLEL), 1, MAX_PARALLEL);
  }

  private static Duration commitEvery(ConnectorDefinition definition) {
    return Settings.of("sync", definition.defaults().options())
        .duration("commit_every", COMMIT_EVERY);
  }

  private static RunStatus status(List<StreamReport> reports, Cancellation cancellation) {
    long good = reports.stream().filter(r -> r.status() == RunStatus.SUCCEEDED).count();
    if (good == reports.size()) {
      return RunStatus.SUCCEEDED;
    }
    if (cancellation.isRequested()) {
      return RunStatus.CANCELLED;
    }
    return good == 0 ? RunStatus.FAILED : RunStatus.PARTIAL;
  }
}
