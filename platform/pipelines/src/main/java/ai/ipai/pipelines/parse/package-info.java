/** From files to a project: {@link ai.ipai.pipelines.parse.ProjectReader} is where to start. */
@NullMarked
package ai.ipai.pipelines.parse;

import org.jspecify.annotations.NullMarked;
