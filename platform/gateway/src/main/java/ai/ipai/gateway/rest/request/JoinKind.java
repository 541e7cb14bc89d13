package ai.ipai.gateway.rest.request;

/** Whether rows without embedded ones stay. */
public enum JoinKind {
  INNER,
  LEFT
}
