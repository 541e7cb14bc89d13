package ai.ipai.server.bench.haskell;

import ai.ipai.server.bench.haskell.HaskellModule.Unread;
import ai.ipai.server.bench.haskell.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Reads a module definition by definition: one that is beyond us leaves the others readable. */
final class ModuleReader {
  private static final Set<String> PASSED_OVER =
      Set.of(
          "import",
          "data",
          "newtype",
          "type",
          "class",
          "instance",
          "deriving",
          "infix",
          "infixl",
          "infixr");

  private final Cursor cursor;
  private final DeclarationReader reader;
  private final List<Declaration> declarations = new ArrayList<>();
  private final List<Unread> unread = new ArrayList<>();

  ModuleReader(List<Token> tokens) {
    this.cursor = new Cursor(tokens);
    this.reader = new DeclarationReader(cursor);
  }

  HaskellModule read() {
    String name = "";
    if (cursor.takeIf(Kind.KEYWORD, "module")) {
      name = cursor.take().text();
      while (!cursor.raw().isKeyword("where") && cursor.raw().kind() != Kind.END) {
        cursor.take();
      }
      cursor.take();
    }
    cursor.block(this::item);
    return new HaskellModule(name, declarations, unread);
  }

  private boolean item() {
    Token first = cursor.peek();
    if (first.kind() == Kind.KEYWORD && PASSED_OVER.contains(first.text())) {
      cursor.skipItem();
      return true;
    }
    int start = cursor.position();
    try {
      reader.declaration().ifPresent(declarations::add);
      if (cursor.peek().kind() != Kind.END) {
        throw cursor.fault("something unexpected");
      }
    } catch (Unreadable fault) {
      cursor.reset(start);
      cursor.skipItem();
      unread.add(new Unread(first.text(), fault.reason()));
    }
    return true;
  }
}
