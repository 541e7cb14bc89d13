package ai.ipai.ingest.run;

import ai.ipai.ingest.IngestErrors;
import ai.ipai.ingest.definition.Contract;
import ai.ipai.ingest.definition.Drift;
import ai.ipai.ingest.definition.SyncMode;
import ai.ipai.ingest.table.BronzeTable;
import ai.ipai.ingest.table.StageTable;
import ai.ipai.ingest.table.TableMode;
import ai.ipai.ingest.table.TableShape;
import ai.ipai.spi.connector.SourceColumn;
import ai.ipai.spi.error.IpaiException;
import ai.ipai.spi.name.QualifiedName;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Where the rows of one stream land in one run: the live table, and the one that is filled beside
 * it. Made, and fitted to what the source gives, as the stream's contract allows.
 */
final class StreamTable {
  private final StreamRun run;
  private final Connection connection;

  /** Source columns that something else names in the database, so that they keep their types. */
  private final Set<String> pinned = new HashSet<>();

  private boolean isLookedAt;

  StreamTable(StreamRun run, Connection connection) {
    this.run = run;
    this.connection = connection;
  }

  static QualifiedName stage(StreamState state) {
    return StageTable.of(state.table());
  }

  /** The table that this reading fills. */
  static QualifiedName target(StreamState state) {
    return state.buildsBeside() ? stage(state) : state.table();
  }

  /** By which rows are one; where they are only appended, none are. */
  List<String> key(SyncMode mode) {
    return mode == SyncMode.APPEND ? List.of() : run.descriptor().key();
  }

  /**
   * By which a row in the live table is found again: the key, also where rows are appended, unless
   * a log tells each of them once.
   */
  List<String> known(SyncMode mode, TableShape shape) {
    List<String> key = run.descriptor().key();
    boolean isAppended =
        mode == SyncMode.APPEND
            && (run.descriptor().tellsDeletes() || !shape.columns().keySet().containsAll(key));
    return isAppended ? List.of() : shape.names(key);
  }

  /**
   * The shape in which these columns fit.
   *
   * @throws IpaiException {@code ING-010} where the contract lets none in
   */
  TableShape wanted(StreamState state, List<SourceColumn> columns) {
    Contract contract = run.definition().contract();
    boolean adds = contract.columns() == Drift.EVOLVE;
    if (contract.columns() == Drift.FREEZE && !state.shape().columns().isEmpty()) {
      refuseNew(state, columns);
    }
    return state
        .shape()
        .evolved(state.shape().asKnown(columns, pinned), adds, contract.types() == Drift.EVOLVE);
  }

  private static void refuseNew(StreamState state, List<SourceColumn> columns) {
    for (SourceColumn column : columns) {
      if (!state.shape().columns().containsKey(column.name())) {
        throw new IpaiException(
                IngestErrors.DRIFT,
                "the source has a new column in %s: %s".formatted(state.stream(), column.name()))
            .fact("stream", state.stream())
            .fact("column", column.name())
            .hint("let it in with contract: evolve, or leave it out with columns: exclude");
      }
    }
  }

  /** Makes or fits what this reading needs; the shape that it has then. Commits nothing. */
  TableShape prepared(StreamState state, SyncMode mode, List<SourceColumn> columns)
      throws SQLException {
    TableShape wanted = wanted(state, columns);
    BronzeTable.createSchema(connection, state.table().schema());
    boolean isLive = BronzeTable.exists(connection, state.table());
    if (!wanted.equals(state.shape())) {
      if (isLive) {
        wanted = evolved(state, wanted);
      }
      if (state.buildsBeside() && BronzeTable.exists(connection, stage(state))) {
        BronzeTable.evolve(connection, stage(state), state.shape(), wanted);
      }
    }
    if (state.buildsBeside()) {
      if (!BronzeTable.exists(connection, stage(state))) {
        StageTable.create(connection, stage(state), wanted, run.run());
      }
    } else if (!isLive) {
      BronzeTable.create(connection, state.table(), wanted, List.of());
      TableMode.fit(connection, state.table(), mode, known(mode, wanted));
    } else if (!isLookedAt) {
      TableMode.fit(connection, state.table(), mode, known(mode, wanted));
      isLookedAt = true;
    }
    return wanted;
  }

  /** Where the live table's column cannot be widened, none is: misfits are rescued in this run. */
  private TableShape evolved(StreamState state, TableShape wanted) throws SQLException {
    TableShape now = BronzeTable.evolve(connection, state.table(), state.shape(), wanted);
    now.columns()
        .forEach(
            (source, column) -> {
              if (!column.equals(wanted.columns().get(source))) {
                pinned.add(source);
              }
            });
    return now;
  }
}
