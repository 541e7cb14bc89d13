package ai.ipai.connectors.odoo.replay;

/** How a request can go wrong. */
public enum Disturbance {
  /** The connection is closed without an answer. */
  DROP,
  /** The call is carried out, and the connection closed without an answer. */
  LOST,
  /** The connection is closed in the middle of the answer. */
  CUT,
  /** HTTP 429 with {@code Retry-After: 0}. */
  TOO_MANY,
  /** HTTP 502, as a proxy before Odoo gives it. */
  BAD_GATEWAY,
  /** Odoo's own answer to a lost serialization race; safe to retry. */
  SERIALIZATION
}
