package ai.ipai.server.bench.haskell;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A module as far as it could be read.
 *
 * @param unread a reason for each definition that could not, by the definition's name
 */
public record HaskellModule(String name, List<Declaration> declarations, List<Unread> unread) {
  /** A definition that is beyond us. */
  public record Unread(String definition, String reason) {}

  public HaskellModule {
    declarations = List.copyOf(declarations);
    unread = List.copyOf(unread);
  }

  /** Never fails: what cannot be read is said. */
  public static HaskellModule read(String source) {
    try {
      return new ModuleReader(Tokens.of(source)).read();
    } catch (Unreadable fault) {
      return new HaskellModule("", List.of(), List.of(new Unread("", fault.reason())));
    }
  }

  /** Every text that follows a word, such as the names of cases after {@code it}. */
  public static List<String> namesAfter(String word, String source) {
    List<String> names = new ArrayList<>();
    try {
      List<Token> tokens = Tokens.of(source);
      for (int i = 0; i + 1 < tokens.size(); i++) {
        if (tokens.get(i).is(Token.Kind.VARIABLE, word)
            && tokens.get(i + 1).kind() == Token.Kind.STRING) {
          names.add(tokens.get(i + 1).text());
        }
      }
    } catch (Unreadable fault) {
      Matcher name = Pattern.compile("\\b" + word + "\\s+\"([^\"]*)\"").matcher(source);
      while (name.find()) {
        names.add(name.group(1));
      }
    }
    return names;
  }
}
