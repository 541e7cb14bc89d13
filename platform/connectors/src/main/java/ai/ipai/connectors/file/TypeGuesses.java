package ai.ipai.connectors.file;

import java.util.ArrayList;
import java.util.List;

/** A guess per column, by its position. */
final class TypeGuesses {
  private final List<TypeGuess> guesses = new ArrayList<>();

  TypeGuess at(int column) {
    while (guesses.size() <= column) {
      guesses.add(new TypeGuess());
    }
    return guesses.get(column);
  }
}
