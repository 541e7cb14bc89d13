package ai.ipai.pipelines.jinja;

import java.util.ArrayList;
import java.util.List;

/**
 * A parsed template, immutable: parse once, render often.
 *
 * @param file relative to the project, for messages
 */
public record Template(String file, List<Statement> body) {
  public Template {
    body = List.copyOf(body);
  }

  /**
   * Parses a template.
   *
   * @throws TemplateException with file and line
   */
  public static Template parse(String file, String source) {
    return new Parser(file, Lexer.tokens(file, source)).template();
  }

  /** The macros, tests, snapshots and docs that the file defines at its top level. */
  public List<Macro> macros() {
    List<Macro> macros = new ArrayList<>();
    for (Statement statement : body) {
      if (statement instanceof Statement.Define define) {
        macros.add(define.macro());
      }
    }
    return macros;
  }
}
