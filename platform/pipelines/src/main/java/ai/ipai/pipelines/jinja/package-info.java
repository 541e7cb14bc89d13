/**
 * Jinja as dbt projects use it, with Python's values: lexer, parser, interpreter. Knows nothing of
 * models or databases; {@link ai.ipai.pipelines.jinja.Template} is where to start.
 */
@NullMarked
package ai.ipai.pipelines.jinja;

import org.jspecify.annotations.NullMarked;
