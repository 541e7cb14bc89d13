package ai.ipai.gateway.rest.plan;

import ai.ipai.gateway.rest.request.Aggregate;
import java.util.Optional;

/** One column of a result. */
public record PlannedSelect(
    PlannedField field,
    Optional<Aggregate> aggregate,
    Optional<String> aggregateCast,
    Optional<String> cast,
    Optional<String> alias) {
  static PlannedSelect of(PlannedField field, Optional<String> alias) {
    return new PlannedSelect(field, Optional.empty(), Optional.empty(), Optional.empty(), alias);
  }

  PlannedSelect with(PlannedField other) {
    return new PlannedSelect(other, aggregate, aggregateCast, cast, alias);
  }

  PlannedSelect named(String name) {
    return new PlannedSelect(field, aggregate, aggregateCast, cast, Optional.of(name));
  }

  PlannedSelect withoutAggregate() {
    return new PlannedSelect(field, Optional.empty(), Optional.empty(), cast, alias);
  }
}
