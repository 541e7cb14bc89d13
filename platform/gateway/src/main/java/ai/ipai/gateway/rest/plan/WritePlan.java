package ai.ipai.gateway.rest.plan;

import ai.ipai.gateway.rest.request.Preferences.Resolution;
import ai.ipai.spi.name.QualifiedName;
import java.util.List;
import java.util.Optional;

/** A change of rows. */
public sealed interface WritePlan {
  QualifiedName table();

  /** Columns that the result needs; empty for none. */
  List<String> returning();

  /** What becomes of rows that exist already, found by these columns. */
  record Conflict(Resolution resolution, List<String> columns) {
    public Conflict {
      columns = List.copyOf(columns);
    }
  }

  /**
   * New rows.
   *
   * @param where what a PUT's row has to fulfil; empty for a POST
   * @param primaryKey for the header {@code Location}
   */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  record Insert(
      QualifiedName table,
      List<PlannedField> columns,
      byte[] body,
      Optional<Conflict> conflict,
      List<PlannedLogic> where,
      List<String> returning,
      List<String> primaryKey,
      boolean appliesDefaults)
      implements WritePlan {
    public Insert {
      columns = List.copyOf(columns);
      where = List.copyOf(where);
      returning = List.copyOf(returning);
      primaryKey = List.copyOf(primaryKey);
    }

    public boolean isPut() {
      return !where.isEmpty();
    }

    public boolean merges() {
      return conflict.filter(c -> c.resolution() == Resolution.MERGE_DUPLICATES).isPresent();
    }
  }

  /** Other values. */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  record Update(
      QualifiedName table,
      List<PlannedField> columns,
      byte[] body,
      List<PlannedLogic> where,
      List<String> returning,
      boolean appliesDefaults)
      implements WritePlan {
    public Update {
      columns = List.copyOf(columns);
      where = List.copyOf(where);
      returning = List.copyOf(returning);
    }
  }

  /** No rows. */
  record Delete(QualifiedName table, List<PlannedLogic> where, List<String> returning)
      implements WritePlan {
    public Delete {
      where = List.copyOf(where);
      returning = List.copyOf(returning);
    }
  }
}
