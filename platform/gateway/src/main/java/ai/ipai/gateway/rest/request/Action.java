package ai.ipai.gateway.rest.request;

import ai.ipai.spi.name.QualifiedName;

/** What is to be done. */
public sealed interface Action {
  /** Reads a table or view. */
  record Read(QualifiedName table, boolean headersOnly) implements Action {}

  /** Changes rows. */
  record Write(QualifiedName table, Change change) implements Action {}

  /** Calls a function. */
  record Call(QualifiedName function, Method method) implements Action {}

  /** Describes a schema. */
  record Describe(String schema, boolean headersOnly) implements Action {}

  /** Says what may be done with a table. */
  record TableOptions(QualifiedName table) implements Action {}

  /** Says how a function may be called. */
  record FunctionOptions(QualifiedName function) implements Action {}

  /** Says what may be done with the root. */
  record RootOptions() implements Action {}

  /** How rows change. */
  enum Change {
    INSERT,
    UPDATE,
    PUT,
    DELETE
  }

  /** How a function is called. */
  enum Method {
    GET,
    HEAD,
    POST
  }

  /** Whether it is a function called by GET or HEAD. */
  default boolean isSafeCall() {
    return (this instanceof Call call && call.method() != Method.POST)
        || this instanceof FunctionOptions;
  }

  default boolean isCall() {
    return this instanceof Call || this instanceof FunctionOptions;
  }

  default boolean isWrite() {
    return this instanceof Write;
  }
}
