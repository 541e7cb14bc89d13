@NullMarked
package ai.ipai.pipelines.jinja;

import org.jspecify.annotations.NullMarked;
