package ai.ipai.gateway.sql;

import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A statement that somebody asks for, with its limits.
 *
 * @param parameters of {@code $1} and so on, as text; the server finds out their types
 * @param maxRows the result ends behind as many
 * @param timeout of the statement
 * @param maxCost in the planner's units; what costs more is not run
 * @param running is told what to cancel, before it is run
 */
public record SqlAsk(
    String sql,
    List<@Nullable String> parameters,
    int maxRows,
    Duration timeout,
    double maxCost,
    Consumer<Statement> running) {
  /** Of a statement that somebody waits for. */
  public static final Duration TIMEOUT = Duration.ofSeconds(15);

  /** Some ten minutes of one processor; a sequential scan of a hundred million rows is below. */
  public static final double MAX_COST = 20_000_000;

  public SqlAsk {
    parameters = Collections.unmodifiableList(new ArrayList<>(parameters));
  }

  /** Without parameters, within the limits for somebody who waits. */
  public static SqlAsk of(String sql, int maxRows) {
    return new SqlAsk(sql, List.of(), maxRows, TIMEOUT, MAX_COST, statement -> {});
  }
}
