package ai.ipai.gateway.rest.grammar;

/** What a parser made of an input. */
sealed interface Reply<T> {
  /** Whether any of the input was taken; then alternatives are not tried. */
  boolean consumed();

  Complaint complaint();

  /** The same reply after something before it had been read. */
  Reply<T> following(boolean alsoConsumed, Complaint earlier);

  /** It found what it looked for. */
  record Success<T>(boolean consumed, T value, Input rest, Complaint complaint)
      implements Reply<T> {
    @Override
    public Reply<T> following(boolean alsoConsumed, Complaint earlier) {
      Complaint all = consumed || earlier.isEmpty() ? complaint : earlier.merge(complaint);
      return new Success<>(consumed || alsoConsumed, value, rest, all);
    }
  }

  /** It did not. */
  record Refusal<T>(boolean consumed, Complaint complaint) implements Reply<T> {
    @Override
    public Reply<T> following(boolean alsoConsumed, Complaint earlier) {
      Complaint all = consumed || earlier.isEmpty() ? complaint : earlier.merge(complaint);
      return new Refusal<>(consumed || alsoConsumed, all);
    }

    <R> Refusal<R> as() {
      return new Refusal<>(consumed, complaint);
    }
  }
}
