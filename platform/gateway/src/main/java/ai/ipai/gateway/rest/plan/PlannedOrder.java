package ai.ipai.gateway.rest.plan;

import ai.ipai.gateway.rest.request.OrderTerm.Direction;
import ai.ipai.gateway.rest.request.OrderTerm.Nulls;
import java.util.Optional;

/**
 * One thing to sort by.
 *
 * @param relation the alias of the embedded table that has the column; empty for the table itself
 */
public record PlannedOrder(
    Optional<String> relation,
    PlannedField field,
    Optional<Direction> direction,
    Optional<Nulls> nulls) {
  PlannedOrder of(String alias) {
    return new PlannedOrder(Optional.of(alias), field, direction, nulls);
  }
}
