package ai.ipai.gateway.rest.request;

/** A condition on one column. */
public record Filter(Field field, boolean isNegated, Operation operation) {}
